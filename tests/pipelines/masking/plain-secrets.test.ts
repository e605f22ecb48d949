// Tests which values of a plan count as secrets that stand in the clear, and that they are then shown nowhere.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { plainSecrets } from "../../../pipelines/masking/plain-secrets.ts";
import { judgePlan } from "../../../pipelines/preview/run.ts";
import { planned } from "../../infra/policies/planned.ts";

const canary = "kA9!canary4711";
const one = (old: object, wanted: object) => plainSecrets([{ old: { ...old }, new: { ...wanted } }]);

it("finds the old value of what becomes secret, and the new one of what no longer is", () => {
  expect(one({ motd: canary }, { motd: "[secret]" })).toEqual([canary]);
  expect(one({ motd: "[secret]" }, { motd: canary })).toEqual([canary]);
  expect(one({ motd: canary }, { motd: "hello" })).toEqual([]);
});

it("finds what stands under a telling name: in lists, in JSON texts, in name-value pairs", () => {
  expect(one({}, { password: canary })).toEqual([canary]);
  expect(one({}, { token: [{ name: "x" }, canary] })).toEqual([canary]);
  expect(one({}, { policy: JSON.stringify({ a: [{ secretKey: canary }] }) })).toEqual([canary]);
  expect(one({}, { environment: [{ name: "DB_PASSWORD", value: canary }] })).toEqual([canary]);
});

it("takes no word, path, address, arn or value that is not known yet for a secret", () => {
  const words = [
    "required",
    "db-credentials",
    "/run/secrets/x1",
    "arn:aws:x:1",
    "https://a.example.com/1",
    "aaaaaaaa1",
    "Short1!",
  ];
  for (const word of [...words, `x${unknownValue}`]) expect(one({}, { password: word })).toEqual([]);
});

it("then shows it nowhere, whatever it stands in, of whichever resource", () => {
  const old = { motd: canary, port: 1 };
  const plan = [
    planned("x:y:Z", "turned", { motd: "[secret]", port: 1 }, { op: "update", old }),
    planned("x:y:Z", `named-${canary}`, { note: `uses ${canary}` }, { op: "update", old: { note: "" } }),
    planned("x:y:Z", "key", { tags: { [canary]: "a" } }, { op: "update", old: { tags: {} } }),
  ];
  const judged = judgePlan(plan, { protection: false, region: "", backup: {} } as never);
  expect(judged.changes).toHaveLength(3);
  expect(JSON.stringify(judged)).not.toContain("canary4711");
});
