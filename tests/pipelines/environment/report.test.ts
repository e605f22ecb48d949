// The words of status, up, down and doctor.
import { expect, it } from "vitest";
import {
  changesText,
  doctorText,
  downText,
  statusText,
  upText,
} from "../../../pipelines/environment/report.ts";
import type { Status, StatusNode } from "../../../pipelines/environment/status.ts";

const node = (index: number, change: Partial<StatusNode> = {}): StatusNode => ({
  name: `app-${String(index).padStart(2, "0")}`,
  zone: "eu-central-1a",
  release: "r1",
  state: "running",
  sessions: 0,
  ...change,
});

const status = (nodes: StatusNode[], change: Partial<Status["services"][number]> = {}): Status => ({
  environment: "local/prod",
  platform: "local",
  edge: "http://127.0.0.1:8001",
  lease: null,
  services: [{ name: "app", kind: "http", pin: "r1", unfinished: null, nodes, ...change }],
});

it("says in two lines that all is well", () => {
  expect(statusText(status([node(1), node(2)]), false)).toEqual([
    "local/prod on local, edge http://127.0.0.1:8001, lease free",
    "app: pin r1, 2 nodes: 2 running r1",
  ]);
});

it("lists only the nodes that are not as they should be, unless asked for all", () => {
  const odd = [node(2, { release: "r2" }), node(3, { state: "down", release: null })];
  expect(statusText(status([node(1), ...odd]), false).slice(1)).toEqual([
    "app: pin r1, 3 nodes: 1 running r1, 1 running r2, 1 down without release",
    "  app-02       eu-central-1a  r2             running    0",
    "  app-03       eu-central-1a  -              down       0",
  ]);
  expect(statusText(status([node(1), ...odd]), true)).toHaveLength(5);
});

it("does not flood the screen", () => {
  const nodes = Array.from({ length: 14 }, (_, index) => node(index, { state: "stopped" }));
  const lines = statusText(status(nodes), false);
  expect(lines).toHaveLength(2 + 10 + 1);
  expect(lines.at(-1)).toBe("  and 4 more: --nodes lists all");
  expect(statusText(status(nodes), true)).toHaveLength(2 + 14);
});

it("counts sessions, and tells of an unfinished rollout", () => {
  const nodes = [node(1, { sessions: 3 }), node(2, { sessions: 4 })];
  const lines = statusText(status(nodes, { kind: "sessions", name: "server", unfinished: "id" }), false);
  expect(lines.slice(1)).toEqual([
    "server: pin r1, 2 nodes: 2 running r1, 7 sessions",
    "  an unfinished rollout waits for: surefoot deploy local/prod server, or rollback",
  ]);
});

it("tells of an environment without edge, nodes and pin", () => {
  const lease = { holder: "ada", reason: "up", since: "2026-01-01", expires: "2026-01-02" };
  expect(statusText({ ...status([], { pin: null }), edge: null, lease }, false)).toEqual([
    "local/prod on local, edge down, lease held by ada (up) until 2026-01-02",
    "app: pin none, 0 nodes: none",
  ]);
});

it("keeps its columns when pods have long names, and says where no ingress leads in", () => {
  const pods = [node(1, { name: "server-69d6598b5d-fvmg8" }), node(2, { name: "server-1" })];
  const [head, , ...lines] = statusText({ ...status(pods), platform: "kubernetes", edge: null }, true);
  expect(head).toContain("on kubernetes, no ingress, lease");
  expect(new Set(lines.map((line) => line.indexOf("running")))).toHaveLength(1);
});

it("counts what the engine did by kind", () => {
  const changes = (["create", "create", "delete", "update", "replace"] as const).map((op, index) => ({
    op,
    type: "node",
    name: String(index),
  }));
  expect(changesText(changes)).toBe("2 created, 1 deleted, 1 updated, 1 replaced");
  expect(changesText([])).toBe("no changes");
});

it("calls what was only read, read", () => {
  const changes = (["read", "refresh"] as const).map((op) => ({ op, type: "node", name: "a" }));
  expect(changesText(changes)).toBe("1 read, 1 refreshed");
});

it("says what is up, on what, in what time, and what is not", () => {
  const result = {
    environment: "local/prod",
    changes: [],
    booted: [{ node: "app-01", release: "r1" }],
    failed: [{ service: "app", node: "app-02", reason: "no answer\u001b[2J" }],
    nodes: 2,
    seconds: 1.25,
    approved: null,
  };
  const approved = { digest: "sha256:12", acknowledged: [], by: ["ann@example.com", "bob\u001b[2J"] };
  expect(upText({ ...result, failed: [], approved }).at(-1)).toBe(
    "  approved by ann@example.com, bob\\u{1b}[2J: sha256:12",
  );
  expect(upText(result)).toEqual([
    "local/prod is up: 2 nodes, no changes, 1 started on their pin, in 1.3 s",
    "  failed: app-02: no answer\\u{1b}[2J",
  ]);
});

it("says what is down, and what stays", () => {
  expect(downText({ environment: "local/prod", changes: [], seconds: 2 })).toEqual([
    "local/prod is down: no changes, in 2.0 s. Releases, pins and ledger stay; what ran is verified again by the next deploy.",
  ]);
});

it("says what is wrong with this machine, and what to do", () => {
  const checks = [
    { check: "node", ok: true, detail: "24.1.0" },
    { check: "engine", ok: false, detail: "not\u001b[2J found", next: "npm run setup" },
  ];
  expect(doctorText(checks)).toEqual([
    "ok    node          24.1.0",
    "WRONG engine        not\\u{1b}[2J found. Next: npm run setup",
  ]);
});

it("neutralises what came out of the store", () => {
  const lease = { holder: "a\u001b[2J", reason: "b\n", since: "2026-01-01", expires: "2026-01-02" };
  const [line] = statusText({ ...status([]), lease }, false);
  expect(line).toContain("held by a\\u{1b}[2J (b\\u{a}) until");
});
