// Recording: shapes go into the files, everything else in them stays; an outage is never recorded as a contract.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Workspace } from "../../../../pipelines/environment/workspace.ts";
import { checkContract } from "../../../../pipelines/promotion/contracts/hold.ts";
import { recordContract } from "../../../../pipelines/promotion/contracts/record.ts";
import { checkText, recordText } from "../../../../pipelines/promotion/contracts/report.ts";
import { answering } from "../../../support/answering.ts";
import type { Answering } from "../../../support/answering.ts";
import { manualClock } from "../../../support/clock.ts";
import { refusalFrom } from "../../../support/refusal.ts";
import { aService } from "../../../support/rollout.ts";

const signal = new AbortController().signal;

/** A repository with these samples, and an environment whose edge is that server. */
function place(files: Record<string, string>, { base }: Pick<Answering, "base">, protection = false) {
  const repo = mkdtempSync(join(tmpdir(), "surefoot-record-"));
  onTestFinished(() => rmSync(repo, { recursive: true, force: true }));
  mkdirSync(join(repo, "contracts"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(repo, "contracts", name), text);
  const workspace = {
    repo,
    name: { id: "staging" },
    description: { platform: "local", protection },
    platform: { edge: async () => base },
    clock: { ...manualClock(), sleep: async () => {} },
  } as unknown as Workspace;
  const text = (name: string): string => readFileSync(join(repo, "contracts", name), "utf8");
  return { workspace, text, service: aService({ nodes: 2, contracts: "contracts" }) };
}

test("types and what is always there are written, no value; comments and the request stay", async () => {
  let count = 0;
  const server = await answering(() => ({
    body: { id: 7, name: "secret-canary", note: (count += 1) > 1 ? null : "x" },
  }));
  const before = "# Why this is asked.\nname: home\nhttp: { path: / } # the page\n";
  const { workspace, text, service } = place({ "home.yaml": before }, server);
  const recording = await recordContract(workspace, service, signal);
  expect(recordText(recording)[1]).toBe("  written   contracts/home.yaml");
  expect(text("home.yaml").startsWith(before)).toBe(true);
  expect(text("home.yaml")).not.toMatch(/canary|\b7\b/);
  expect(text("home.yaml")).toContain("contentType: application/json");
  expect(server.asked).toHaveLength(3);
  const again = await recordContract(workspace, service, signal);
  expect(again.recorded.map(({ changed }) => changed)).toEqual([true]);
  expect((await checkContract(workspace, service, signal)).differences).toEqual([]);
});

test("a JSON file stays JSON", async () => {
  const server = await answering(() => ({ body: [] }));
  const { workspace, text, service } = place({ "a.json": '{"name": "a", "http": {"path": "/"}}' }, server);
  await recordContract(workspace, service, signal);
  expect(JSON.parse(text("a.json"))).toMatchObject({
    name: "a",
    expect: { status: 200, body: { type: "array" } },
  });
});

test("an outage, and an answer that is another one each time, are not recorded", async () => {
  const sample = "name: home\nhttp: { path: / }\n";
  const down = await answering(() => ({ status: 503 }));
  const first = place({ "home.yaml": sample }, down);
  const refusal = await refusalFrom(recordContract(first.workspace, first.service, signal));
  expect([refusal.code, refusal.message]).toEqual([
    "E_CONTRACT",
    expect.stringContaining("answered with 503"),
  ]);
  expect(first.text("home.yaml")).toBe(sample);
  let count = 0;
  const torn = await answering(() => ({ status: (count += 1) % 2 === 1 ? 200 : 404 }));
  const second = place({ "home.yaml": sample }, torn);
  expect((await refusalFrom(recordContract(second.workspace, second.service, signal))).message).toContain(
    "200 and 404 in turn",
  );
});

test("where it is protected, what leaves something behind is neither recorded nor checked, and named", async () => {
  const server = await answering(() => ({ status: 201 }));
  const order = "name: order\nhttp: { method: POST, path: /orders }\nexpect: { status: 201 }\n";
  const { workspace, service } = place({ "order.yaml": order }, server, true);
  expect((await recordContract(workspace, service, signal)).left).toMatchObject([{ sample: "order" }]);
  const check = await checkContract(workspace, service, signal);
  expect(checkText(check)).toEqual([
    "staging app: not checked: no sample may be sent there",
    "  not sent: order: it leaves something behind, and is sent to no protected place",
  ]);
  expect(server.asked).toEqual([]);
});

test("once, where it is not protected: three orders would be two too many", async () => {
  const server = await answering(() => ({ status: 201 }));
  const order = "name: order\nhttp: { method: POST, path: /orders }\n";
  const { workspace, service } = place({ "order.yaml": order }, server);
  await recordContract(workspace, service, signal);
  expect(server.asked).toEqual(["POST /orders"]);
});

test("an edge that may not be asked for is said to be so, and speaks against no release", async () => {
  const { workspace, service } = place(
    { "home.yaml": "name: home\nhttp: { path: / }\nexpect: { status: 200 }\n" },
    { base: "" },
  );
  workspace.platform.edge = () => Promise.reject(new Error("the role in use may not do this"));
  const check = await checkContract(workspace, service, signal);
  expect(check).toMatchObject({
    where: null,
    why: "the role in use may not do this",
    sent: [],
    differences: [],
  });
});
