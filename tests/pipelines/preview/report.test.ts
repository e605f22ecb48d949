// Tests what a terminal shows of a preview: the verdict first, what ends in full, hostile names harmless, no secret.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import type { PlannedResource } from "../../../infra/planned.ts";
import type { Description } from "../../../environments/shape.ts";
import { previewText } from "../../../pipelines/preview/report.ts";
import { judgePlan, preview } from "../../../pipelines/preview/run.ts";
import { deleted, planned, prod, types } from "../../infra/policies/planned.ts";

const description = { ...prod, region: "eu-central-1" } as unknown as Description;
const text = (resources: PlannedResource[], offline = false): string[] =>
  previewText({
    environment: "prod",
    offline,
    seconds: 1,
    ...judgePlan(resources, description),
  });
const same = planned("aws:iam/role:Role", "node", { tags: "[secret]" }, { op: "same", old: {} });

it("says first whether it is refused, changes something or nothing", () => {
  expect(text([same])[0]).toBe("prod: nothing to change: 1 unchanged");
  const template = planned("surefoot:index:Node", "n", { a: 2 }, { op: "update", old: { a: 1 } });
  expect(text([same, template])[0]).toBe("prod: changes: 1 to update, 1 unchanged");
  const lines = text([same, deleted(types.database, "database")]);
  expect(lines[0]).toBe("prod: refused, 1 rule is broken: 1 to delete, 1 unchanged");
  expect(lines[1]).toMatch(/^REFUSED stateful-ends: database: it would be deleted.* --acknowledge database/);
  expect(lines[2]).toBe("-   DELETE database (aws:rds/instance): HOLDS DATA");
});

it("says that nothing real was looked at", () => {
  expect(text([same], true)[1]).toMatch(/^offline: /);
  expect(text([same]).join("\n")).not.toContain("offline");
});

it("shows old and new values, and what forces a replacement", () => {
  const old = { engineVersion: "16", size: unknownValue, script: "a\nb" };
  const wanted = { engineVersion: "17", size: 3, script: "a\nc" };
  const more = { op: "replace" as const, old, protect: true, replaceKeys: ["engineVersion"] };
  const lines = text([planned("surefoot:index:Node", "database", wanted, more)]);
  expect(lines.slice(1)).toEqual([
    "-/+ REPLACE database (surefoot:index): protected, forced by engineVersion",
    "      engineVersion: 16 -> 17  (forces the replacement)",
    "      size: (known after the update) -> 3",
    "      script: b -> c",
  ]);
});

it("shows every resource that ends, and shortens long lists of new ones", () => {
  const many = (op: "create" | "delete") =>
    Array.from({ length: 300 }, (_, index) =>
      planned("surefoot:index:Node", `n-${index}`, {}, op === "delete" ? { op, old: {}, new: null } : {}),
    );
  expect(text(many("delete"))).toHaveLength(301);
  expect(text(many("create"))).toHaveLength(2);
  expect(text(many("create"))[1]).toContain("300");
});

it("gathers by rule what cannot be judged yet", () => {
  const roles = ["a", "b"].map((name) =>
    planned(types.role, name, { assumeRolePolicy: unknownValue, tags: unknownValue }),
  );
  const lines = text(roles);
  expect(lines).toContain("unknown trust-wide: cannot be judged before the update: a, b");
});

it("never gives the total without what it leaves out", () => {
  const lines = text([
    planned("aws:ec2/eip:Eip", "address", {}),
    planned("aws:new/thing:Thing", "thing", {}),
  ]);
  const at = lines.findIndex((line) => line.startsWith("cost"));
  expect(lines[at]).toMatch(
    /about 0 -> 3.65 USD a month \(\+3.65\); list prices of \d{4}-\d\d-\d\d, eu-central-1/,
  );
  expect(lines).toContain("      not in it: no price for aws:new/thing:Thing: thing");
});

it("makes hostile names and values harmless, however long", () => {
  const hostile = `\u001B[2J\u001B]0;title\u0007\r\u202E${"x".repeat(100_000)}`;
  const inputs = { [hostile]: hostile, acl: hostile, instanceType: hostile, tags: { [hostile]: hostile } };
  const odd = { op: "update" as const, old: { a: hostile }, replaceKeys: [hostile] };
  const resources = Object.values(types).flatMap((type) => [
    planned(type, hostile, inputs, odd),
    planned(`${type}${hostile}`, hostile, inputs),
    deleted(type, hostile, inputs),
  ]);
  const lines = text(resources);
  expect(lines.length).toBeGreaterThan(resources.length);
  // oxlint-disable-next-line no-control-regex -- exactly these must not be there
  expect(lines.filter((line) => /[\u0000-\u001F\u007F-\u009F\u202A-\u202E]/.test(line))).toEqual([]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(2500);
});

it("shows no secret, in lines or in the document", async () => {
  const canary = "canary4711";
  const inputs = (suffix: string) => ({
    password: canary + suffix,
    userData: Buffer.from(`#!/bin/sh\nexport API_TOKEN=${canary}${suffix}\n`).toString("base64"),
    policy: JSON.stringify({ Statement: [{ Effect: "Allow", secretKey: canary + suffix }] }),
    acl: `token=${canary}${suffix}`,
    instanceType: `password=${canary}.${suffix}`,
    desiredCapacity: 1,
  });
  const plan = Object.values(types).flatMap((type) => [
    planned(type, "new", inputs("1")),
    planned(type, "changed", inputs("2"), { op: "update", old: inputs("1") }),
    deleted(type, "gone", inputs("1")),
  ]);
  const stack = { preview: async () => plan };
  const result = await preview({ environment: "prod", description, stack }, { offline: true });
  expect(result.changes).toHaveLength(plan.length);
  expect(JSON.stringify(result).includes(canary)).toBe(false);
  expect(previewText(result).filter((line) => line.includes(canary))).toEqual([]);
});

it("says of a cluster's objects the kind, and that they are not priced instead of nothing", () => {
  const lines = text([planned("kubernetes:argoproj.io/v1alpha1:Rollout", "server", { apiVersion: "v1" })]);
  expect(lines).toContain("+   create server (kubernetes:Rollout)");
  expect(lines.at(-1)).toMatch(/^cost {4}not estimated/);
});
