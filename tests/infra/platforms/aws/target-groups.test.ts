// How long a node that is let go keeps its connections: sessions as long as the drain, requests well below it.
import { expect, it } from "vitest";
import { deregistrationDelay } from "../../../../infra/platforms/aws/target-groups.ts";
import { described } from "./mocks.ts";

const service = (name: string, drain: { sessions?: "wait" | "cut"; limit?: number }) => {
  const found = described("prod").services[name];
  if (found === undefined) throw new Error(`no ${name}`);
  Object.assign(found.rollout.drain, drain);
  return found;
};

it("gives sessions the whole drain, an hour at most, and none where they are cut", () => {
  expect(deregistrationDelay(service("server", { limit: 300 }))).toBe(300);
  expect(deregistrationDelay(service("server", { limit: 7200 }))).toBe(3600);
  expect(deregistrationDelay(service("server", { sessions: "cut" }))).toBe(0);
});

it("is over before a rollout that waits for requests takes the node for one that does not empty", () => {
  for (const limit of [10, 60, 300]) {
    const delay = deregistrationDelay(service("app", { limit }));
    expect(delay).toBeLessThanOrEqual(limit / 2);
    expect(delay).toBeLessThanOrEqual(30);
  }
  expect(deregistrationDelay(service("app", { sessions: "cut", limit: 300 }))).toBe(30);
});
