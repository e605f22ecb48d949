// The way of releases between descriptions: known, never in a circle, and with its config on the other side.
import { expect, test } from "vitest";
import { promotionRules } from "../../environments/promotion-rules.ts";
import type { Promoted } from "../../environments/promotion-rules.ts";

const promotion = (after: string, accept: NonNullable<Promoted["promotion"]>["accept"] = []) => ({
  after,
  soak: 0,
  automatic: true,
  accept,
});
const one = (after?: string, config: Record<string, string> = {}): Promoted => ({
  services: { app: { needs: {}, config } },
  ...(after === undefined ? {} : { promotion: promotion(after) }),
});
const rules = (all: Record<string, Promoted>, names = Object.keys(all)) =>
  promotionRules(names, new Map(Object.entries(all)));

test("a chain is right", () => {
  expect(rules({ dev: one(), staging: one("dev"), prod: one("staging") })).toEqual([]);
});

test("an environment that nobody described is a mistake, with the name that was meant", () => {
  const [found] = rules({ staging: one(), prod: one("stagign") });
  expect(found).toMatchObject({ environment: "prod", rule: "promotion-unknown", wrong: true });
  expect(found?.message).toContain('Did you mean "staging"?');
});

test("one that is described wrong is not called unknown", () => {
  expect(rules({ prod: one("staging") }, ["prod", "staging"])).toEqual([]);
});

test.each([
  [{ prod: one("prod") }, ["prod -> prod"]],
  [{ a: one("c"), b: one("a"), c: one("b") }, ["a -> c -> b -> a", "b -> a -> c -> b", "c -> b -> a -> c"]],
])("a circle is told in each environment that is in it", (all, circles) => {
  const found = rules(all).filter(({ rule }) => rule === "promotion-circle");
  expect(found.map(({ message }) => message)).toEqual(circles.map((way) => `goes in a circle: ${way}`));
});

test("what comes out of a circle further up is not told again, and does not go on for ever", () => {
  const found = rules({ a: one("b"), b: one("a"), prod: one("a") });
  expect(found.filter(({ wrong }) => wrong).map(({ environment }) => environment)).toEqual(["a", "b"]);
});

test("a key that only upstream gives is a warning, until it is accepted; then a stale entry is one", () => {
  const staging = one(undefined, { FLAG: "on" });
  const accept = [{ service: "app", key: "FLAG", reason: "tried there first", owner: "ann" }];
  const prod = (config: Record<string, string>, accepted = true): Promoted => ({
    services: { app: { needs: {}, config } },
    promotion: promotion("staging", accepted ? accept : []),
  });
  expect(rules({ staging, prod: prod({}, false) })).toMatchObject([
    { rule: "config-only-upstream", path: ["services", "app", "config", "FLAG"], wrong: false },
  ]);
  expect(rules({ staging, prod: prod({}) })).toEqual([]);
  expect(rules({ staging, prod: prod({ FLAG: "off" }) })).toMatchObject([
    { rule: "promotion-accept-stale", path: ["promotion", "accept", 0], wrong: false },
  ]);
});

test("a service that upstream does not have can get no release", () => {
  const found = rules({ staging: { services: {} }, prod: one("staging") });
  expect(found).toMatchObject([{ rule: "promotion-service-missing", wrong: false }]);
});
