// Sample files: read, checked, and refused with every mistake at its line; which may be sent where.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { allowed, harmless } from "../../../../pipelines/promotion/contracts/sample.ts";
import { readSamples } from "../../../../pipelines/promotion/contracts/samples.ts";
import { aSample } from "../../../support/answering.ts";
import { refusalOf } from "../../../support/refusal.ts";

const service = { name: "app", contracts: "contracts" };

function written(files: Record<string, string>): string {
  const repo = mkdtempSync(join(tmpdir(), "surefoot-samples-"));
  onTestFinished(() => rmSync(repo, { recursive: true, force: true }));
  mkdirSync(join(repo, "contracts"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(repo, "contracts", name), text);
  return repo;
}

const details = (files: Record<string, string>): string[] => {
  const refusal = refusalOf(() => readSamples(written(files), service));
  expect(refusal.code).toBe("E_SAMPLE");
  return refusal.details;
};

test("YAML and JSON are read by name, with their defaults; other files are nobody's samples", () => {
  const repo = written({
    "b.yaml": "name: b\nhttp: { path: /b }\nexpect: { status: 200 }\n",
    "a.json": '{"name": "a", "session": {"path": "/play"}, "expect": {"messages": [{"type": "object"}]}}',
    "notes.txt": "not a sample",
  });
  expect(readSamples(repo, service)).toMatchObject([
    { name: "a", safe: false, within: 5, session: { path: "/play", send: [] }, file: "contracts/a.json" },
    { name: "b", http: { method: "GET", headers: {} }, file: "contracts/b.yaml" },
  ]);
});

test("a service without samples has none; a folder that is not there is a mistake", () => {
  expect(readSamples(written({}), { name: "app" })).toEqual([]);
  const refusal = refusalOf(() => readSamples(written({}), { ...service, contracts: "contarcts" }));
  expect(refusal.details).toEqual(["contarcts: there is no such folder"]);
});

test("every mistake is told at once, each at its line", () => {
  const found = details({
    "a.yaml": "name: a\nhttp: { path: nowhere }\nexpect: { status: 2000 }\n",
    "b.yaml": "name: b\nhttp: { path: / }\nexpect:\n  status: 200\n  body: { type: strin }\n",
    "c.yaml": "name: [",
    "d.yaml": "name: d\nhttp: { path: / }\nsession: { path: / }\n",
    "e.yaml": "name: b\nhttp: { path: / }\n",
  });
  expect(found.join("\n")).toMatch(/contracts\/a\.yaml:2:\d+ http\.path: must be a path/);
  expect(found.join("\n")).toMatch(/contracts\/a\.yaml:3:\d+ expect\.status: /);
  expect(found.join("\n")).toMatch(/contracts\/b\.yaml:5:\d+ expect\.body: is not a JSON Schema/);
  expect(found.join("\n")).toMatch(/contracts\/c\.yaml:1:/);
  expect(found.join("\n")).toMatch(/contracts\/d\.yaml:.*http/);
});

test("a name stands for one sample", () => {
  const sample = "name: home\nhttp: { path: / }\n";
  expect(details({ "a.yaml": sample, "b.yaml": sample })).toEqual([
    "contracts/b.yaml:1:1 contracts/a.yaml is called home too",
  ]);
});

test("only what leaves nothing behind goes to a canary or a protected place", () => {
  const expectation = { expect: { status: 200 } };
  const read = aSample({ name: "read", http: { path: "/" }, ...expectation });
  const write = aSample({ name: "write", http: { method: "POST", path: "/" }, ...expectation });
  const sure = aSample({ name: "sure", safe: true, http: { method: "POST", path: "/" }, ...expectation });
  const play = aSample({ name: "play", session: { path: "/" }, expect: { messages: [true] } });
  const all = [read, write, sure, play];
  expect(all.map(harmless)).toEqual([true, false, true, false]);
  const names = (place: Parameters<typeof allowed>[1]): string[] =>
    allowed(all, place).run.map(({ name }) => name);
  expect(names({ canary: false, protection: false })).toEqual(["read", "write", "sure", "play"]);
  expect(names({ canary: true, protection: false })).toEqual(["read", "sure"]);
  expect(names({ canary: false, protection: true })).toEqual(["read", "sure"]);
  expect(allowed(all, { canary: true, protection: false }).left.map(({ sample }) => sample)).toEqual([
    "write",
    "play",
  ]);
});

test("what nobody has recorded yet is left out and named, and is sent to be recorded", () => {
  const fresh = aSample({ name: "fresh", http: { path: "/" } });
  const place = { canary: false, protection: false };
  expect(allowed([fresh], place)).toMatchObject({
    run: [],
    left: [{ sample: "fresh", why: expect.stringContaining("not recorded") }],
  });
  expect(allowed([fresh], { ...place, recording: true }).run).toHaveLength(1);
});
