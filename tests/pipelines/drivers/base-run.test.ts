// Runs programs that play a base: what reaches them of this shell, what is believed of what they say, and that they end.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { baseEntry, runBase } from "../../../pipelines/drivers/base-run.ts";
import { processesOf } from "../../support/world.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "surefoot-base-test-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

function run(program: string, environments: string[], signal = new AbortController().signal) {
  mkdirSync(dirname(join(root, baseEntry)), { recursive: true });
  writeFileSync(join(root, "package.json"), '{"type":"module"}');
  writeFileSync(join(root, baseEntry), program);
  return runBase(root, { folder: root, passphrase: "made-up", root }, environments, signal);
}

it("hands on no credential, no token and no way to one", async () => {
  const names = [
    "AWS_SECRET_ACCESS_KEY",
    "AWS_PROFILE",
    "GITHUB_TOKEN",
    "KUBECONFIG",
    "NODE_AUTH_TOKEN",
    "DB_PASSWORD",
    "PULUMI_ACCESS_TOKEN",
    "SSH_AUTH_SOCK",
    "NODE_OPTIONS",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  ];
  for (const name of names) vi.stubEnv(name, name === "NODE_OPTIONS" ? "--no-warnings" : "canary4711");
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "canary4711");
  const made = await run(
    "console.log(JSON.stringify({ environment: 'prod', ok: false, what: JSON.stringify(process.env) }));",
    ["prod"],
  );
  const told = made.get("prod") ?? "";
  expect(told).toContain('"PULUMI_CONFIG_PASSPHRASE":"made-up"');
  expect(told).toContain('"PATH"');
  expect(told).not.toContain("canary4711");
  expect(told).not.toContain("NODE_OPTIONS");
});

it("believes lines about environments, and nothing else that it says", async () => {
  const lines = [
    "using a plugin",
    "{",
    "[]",
    "null",
    '{"environment":"dev","ok":true}',
    '{"environment":"prod","ok":false,"what":"no"}',
    '{"environment":"edge","ok":"yes"}',
  ];
  const made = await run(`console.log(${JSON.stringify(lines.join("\n"))}); process.exit(3);`, [
    "dev",
    "prod",
    "edge",
  ]);
  expect(Object.fromEntries(made)).toEqual({ dev: "", prod: "no", edge: "it said nothing" });
});

it("gives its arguments: the folder first, then the environments", async () => {
  const made = await run(
    "console.log(JSON.stringify({ environment: 'a', what: process.argv.slice(2).join() }));",
    ["a", "b"],
  );
  expect(made.get("a")).toBe(`${root},a,b`);
});

it("says why it ended early, and of which environments nothing is known", async () => {
  const made = await run(`import "./absent.ts";`, ["dev", "prod"]);
  expect(made.get("dev")).toMatch(/^it ended early: Error.*absent\.ts/);
  expect(made.get("prod")).toBe(made.get("dev"));
  expect((await run("process.exit(0)", ["dev"])).get("dev")).toBe("it ended early");
});

it("ends it when it is interrupted, and tells why", async () => {
  const controller = new AbortController();
  const program = `console.log(JSON.stringify({ environment: "a", ok: true })); process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000);`;
  const running = run(program, ["a"], controller.signal);
  await vi.waitUntil(() => processesOf(root).length > 0, { timeout: 30_000, interval: 20 });
  controller.abort(new Error("interrupted"));
  await expect(running).rejects.toThrow("interrupted");
  expect(processesOf(root)).toEqual([]);
  await expect(run(program, ["a"], AbortSignal.abort(new Error("before")))).rejects.toThrow("before");
});
