// Tests the diff of one resource's inputs: into documents and lists, with secrets masked.
import { assert, dictionary, jsonValue, property, stringMatching } from "fast-check";
import { expect, it } from "vitest";
import { diffInputs } from "../../../pipelines/preview/properties.ts";

const diff = (before: object, after: object, keys: string[] = []): string[] =>
  diffInputs({ ...before }, { ...after }, keys).map(
    ({ path, kind, before: was, after: will, forces }) =>
      `${forces ? "! " : ""}${path} ${kind} ${JSON.stringify(was)} ${JSON.stringify(will)}`,
  );

it("tells what was added, removed and changed, what forces a replacement first", () => {
  expect(diff({ a: 1, b: "x", same: [1] }, { a: 2, c: true, same: [1] })).toEqual([
    "a changed 1 2",
    'b removed "x" undefined',
    "c added undefined true",
  ]);
  expect(diff({ a: 1, net: { id: 1 }, network: 1 }, { a: 2, net: { id: 2 }, network: 2 }, ["net"])).toEqual([
    "! net.id changed 1 2",
    "a changed 1 2",
    "network changed 1 2",
  ]);
});

it("looks into a document that is written as text", () => {
  const policy = (action: string): string =>
    JSON.stringify({
      Statement: [
        { Sid: "Read", Action: action },
        { Sid: "Write", Action: "s3:Put*" },
      ],
    });
  expect(diff({ policy: policy("s3:Get*") }, { policy: policy("s3:*") })).toEqual([
    'policy.Statement[Read].Action changed "s3:Get*" "s3:*"',
  ]);
  expect(diff({ policy: '{"a":1,"b":2}' }, { policy: '{ "b": 2, "a": 1 }' })).toEqual([]);
});

it("pairs the items of a list by their names, else by what is equal", () => {
  const tag = (key: string, value: string) => ({ key, value });
  expect(diff({ tags: [tag("a", "1"), tag("b", "2")] }, { tags: [tag("b", "3"), tag("a", "1")] })).toEqual([
    'tags[b].value changed "2" "3"',
  ]);
  const rule = (port: number) => ({ fromPort: port, toPort: port });
  expect(diff({ ingress: [rule(1), rule(2)] }, { ingress: [rule(0), rule(1), rule(2)] })).toEqual([
    'ingress[0] added undefined {"fromPort":0,"toPort":0}',
  ]);
  expect(diff({ zones: ["a", "b"] }, { zones: ["b", "a"] })).toEqual(['zones changed ["a","b"] ["b","a"]']);
});

it("keeps only the lines of a start-up script that differ", () => {
  const script = (line: string): string =>
    Buffer.from(`#!/bin/sh\nset -eu\n${line}\nexec node main.mjs\n`).toString("base64");
  expect(diff({ userData: script("a=1") }, { userData: script("a=2") })).toEqual([
    'userData changed "a=1" "a=2"',
  ]);
});

it("never shows a secret, nor what a value was before it became one, or is after it", () => {
  const canary = "canary4711";
  const all = [
    ...diff({ password: canary }, { password: `${canary}2` }),
    ...diff({ value: canary }, { value: "[secret]" }),
    ...diff({ value: "[secret]" }, { value: canary }),
    ...diff({ env: [{ name: "TOKEN", value: canary }] }, { env: [{ name: "TOKEN", value: "other" }] }),
    ...diff({ doc: JSON.stringify({ password: canary }) }, { doc: JSON.stringify({ password: "other" }) }),
    ...diff({}, { doc: JSON.stringify({ password: canary }), nested: { password: canary } }),
    ...diff({ userData: "" }, { userData: Buffer.from(`DB_PASSWORD=${canary}\nrun\n`).toString("base64") }),
  ];
  expect(all).toHaveLength(8);
  expect(all.join("\n")).not.toContain(canary);
});

it("never shows the body of a key that is rotated inside a script, where only the body differs", () => {
  const script = (body: string): string =>
    `#!/bin/sh\ncat <<END\n-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\nEND\n`;
  const told = diff({ run: script("b2xkIGtleQcanary1") }, { run: script("bmV3IGtleQcanary2") }).join();
  expect(told).toContain("run changed");
  expect(told).not.toMatch(/canary/);
});

it("leaves out the engine's own keys", () => {
  expect(diff({ __provider: "a", __defaults: [] }, { __provider: "b", __defaults: ["x"] })).toEqual([]);
});

it("finds nothing in equal inputs and something in different ones", () => {
  const inputs = dictionary(stringMatching(/^[a-z]{1,5}$/), jsonValue());
  assert(
    property(inputs, (one) => {
      expect(diffInputs(one, structuredClone(one), [])).toEqual([]);
      expect(diffInputs(one, { ...one, added: 1 }, []).length).toBe(1);
    }),
  );
});

it("cuts a value that is endless", () => {
  const [change] = diffInputs({ text: "a" }, { text: "b".repeat(1_000_000) }, []);
  expect(String(change?.after).length).toBeLessThan(5000);
});
