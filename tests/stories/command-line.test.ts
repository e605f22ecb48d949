// The command line as a person and a script meet it: help, exit codes, one document, one clear error.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { tarOf } from "../support/tar-writer.ts";
import { makeWorld, small } from "../support/world.ts";

const world = makeWorld();
beforeEach(() => world.describe(small()));
afterAll(() => world.end());

const verbs = [
  "rehearse",
  "init",
  "check",
  "preview",
  "up",
  "release",
  "deploy",
  "rollback",
  "status",
  "ledger",
  "doctor",
  "unlock",
  "down",
  "deliver",
  "remote",
  "drift",
  "approve",
  "approvals",
  "promote",
  "contracts",
];

test.each(verbs)("surefoot %s --help says what it does, with an example, and exits 0", async (verb) => {
  const { code, stdout } = await world.run(verb, "--help");
  expect(code).toBe(0);
  expect(stdout).toMatch(/Examples?:\n {2}\$ surefoot /);
  expect(stdout).toContain("--json");
});

test.each([
  [["deploy"], "missing required argument"],
  [["deploy", "local/test", "server", "--relase", "r1"], "unknown option"],
  [["frobnicate"], "unknown command"],
  [["destroy", "local/test"], "Did you mean down?"],
  [["ledger", "shred"], "Allowed choices are show, export, verify"],
  [["ledger", "--since", "yesterdayish"], "not a time"],
  [["release", "server", "--set", "NOEQUALS"], "is not KEY=value"],
  [["deploy", "local/test", "server", "--break-glass"], "--break-glass needs a reason"],
])("%j is a usage error: exit 2, and says so", async (words, says) => {
  const { code, stderr, stdout } = await world.run(...words);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(says);
});

test("a usage error is a document too, when one is asked for", async () => {
  const { code, document } = await world.json("deploy", "local/test", "server", "--relase", "r1");
  expect([code, document["error"].code]).toEqual([2, "E_USAGE"]);
});

describe("refusals: exit 1, a code, the state now, the next command, and nothing left behind", () => {
  test.each([
    [["up", "test"], "E_AWS_CREDENTIALS", "there are no credentials"],
    [["down", "test"], "E_PROTECTED", "--destroy test"],
    [["up", "local/tset"], "E_ENVIRONMENT", "Did you mean"],
    [["up", "../prod"], "E_ENVIRONMENT", "not the name of an environment"],
    [["status", "local/"], "E_ENVIRONMENT", "not the name of an environment"],
    [["deploy", "local/test", "sever", "--release", "r1"], "E_SERVICE", "Did you mean"],
    [["deploy", "local/test", "server", "--release", "r1"], "E_RELEASE_UNKNOWN", "r1"],
    [["deploy", "local/test", "server"], "E_NO_RELEASE", "surefoot release server"],
    [["rollback", "local/test", "server"], "E_NOTHING_TO_ROLL_BACK", "no earlier good release"],
  ])("%j", async (words, code, says) => {
    const text = await world.run(...words);
    expect(text.code).toBe(1);
    expect(text.stderr).toMatch(new RegExp(`${code} .*[\\s\\S]*Now: .+\nNext: .+`));
    expect(`${text.stderr}`).toContain(says);
    const json = await world.json(...words);
    expect([json.code, json.document["error"].code]).toEqual([1, code]);
    expect(existsSync(join(world.repo, ".surefoot", "local"))).toBe(false);
  });
});

test("check gathers every complaint with file, line and column, and exits 1", async () => {
  world.describe(small({ nodez: 3, rollout: { waves: [9, "120%"], bake: { first: 60, rest: "1s" } } }));
  const { code, stdout } = await world.run("check", "local/test");
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /environments\/test\.yaml:\d+:\d+ services\.server\.nodez: .*Did you mean "nodes"\?/,
  );
  expect(stdout).toMatch(/environments\/test\.yaml:\d+:\d+ services\.server\.rollout\.waves/);
  expect(stdout).toMatch(/environments\/test\.yaml:\d+:\d+ services\.server\.rollout\.bake\.first/);
  const up = await world.json("up", "local/test");
  expect(up.document["error"].code).toBe("E_DESCRIPTION");
  expect(up.document["error"].details.length).toBeGreaterThanOrEqual(3);
});

test("doctor finds this machine ready and names what is broken", async () => {
  expect((await world.json("doctor")).document["ok"]).toBe(true);
  writeFileSync(join(world.repo, "environments", "broken.yaml"), "platform: mars\n");
  const { code, document } = await world.json("doctor");
  expect(code).toBe(1);
  expect(document["checks"].filter(({ ok }: any) => !ok)).toMatchObject([
    { check: "descriptions", next: "surefoot check" },
  ]);
});

test("an archive that would climb out of its folder is refused and nothing is stored", async () => {
  const folder = join(world.repo, "evil");
  mkdirSync(folder);
  writeFileSync(join(folder, "evil.tar"), tarOf({ name: "../../outside", body: "x" }));
  const { code, document } = await world.json(
    "release",
    "server",
    "--release",
    "evil",
    "--artifact",
    join(folder, "evil.tar"),
    "--from",
    "test",
  );
  expect([code, document["error"].code]).toEqual([1, "E_ARCHIVE"]);
  expect(document["error"].details.join()).toContain("../../outside");
});

test("an error shows no secret, with --debug neither", async () => {
  const { code, stderr } = await world.run("status", "ghp_canary4711canary4711", "--debug");
  expect(code).toBe(1);
  expect(stderr).toContain(" at ");
  expect(stderr).not.toContain("canary4711");
});
