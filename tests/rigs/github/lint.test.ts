// The workflows under actionlint and zizmor: no finding that is not explained, and both are seen to find what is wrong.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { actionlint, zizmor } from "./tools.ts";
import { checkout } from "./workflows.ts";

const copies: string[] = [];

/** A folder with our .github, and one file of it changed. */
function changed(file: string, change: (text: string) => string): string {
  const root = mkdtempSync(join(tmpdir(), "surefoot-lint-"));
  copies.push(root);
  // Only below such a folder are workflows looked for.
  mkdirSync(join(root, ".git"));
  cpSync(join(checkout, ".github"), join(root, ".github"), { recursive: true });
  const path = join(root, ".github", file);
  const before = readFileSync(path, "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
  return root;
}

// Both are built where they are missing, which no test should run out of time for.
beforeAll(async () => {
  await actionlint(checkout);
  await zizmor(checkout);
}, 600_000);

afterEach(() => {
  for (const copy of copies.splice(0)) rmSync(copy, { recursive: true, force: true });
});

test("actionlint finds nothing", async () => {
  expect(await actionlint(checkout)).toEqual({ code: 0, text: "" });
});

test("zizmor finds nothing, as an auditor", async () => {
  expect(await zizmor(checkout)).toMatchObject({ code: 0, text: expect.stringContaining("No findings") });
});

test.each([
  ["a key of concurrency that nobody knows", "queue: max", "queues: max", 'unexpected key "queues"'],
  ["a variable that is not ours", "vars.AWS_ROLE ", "vars.AWS_ROL ", "AWS_ROL"],
  ["an input that does not exist", "inputs.commit ", "inputs.comit ", "comit"],
  ["an input of a person in a script", '"$COMMIT" origin', '"${{ github.head_ref }}" origin', "untrusted"],
])("actionlint finds %s", async (_, from, to, finding) => {
  const found = await actionlint(changed("workflows/deliver.yml", (text) => text.replace(from, to)));
  expect(found).toMatchObject({ code: 1, text: expect.stringContaining(finding) });
});

test("queue is excused only where it is used", async () => {
  const found = await actionlint(
    changed("workflows/drift.yml", (text) =>
      text.replace("in-progress: false", "in-progress: false\n      queue: max"),
    ),
  );
  expect(found).toMatchObject({ code: 1, text: expect.stringContaining('unexpected key "queue"') });
});

test.each([
  ["an action by its tag", /actions\/checkout@\w{40} # v/, "actions/checkout@v", "unpinned-uses"],
  ["a token that is left in the checkout", "persist-credentials: false", "clean: true", "artipacked"],
  ["an input in a script", '"$COMMIT" origin', '"${{ inputs.commit }}" origin', "template-injection"],
  ["rights for everything", "permissions: {}", "permissions: write-all", "excessive-permissions"],
])("zizmor finds %s", async (_, from, to, finding) => {
  const { code, text } = await zizmor(changed("workflows/deliver.yml", (whole) => whole.replace(from, to)));
  expect(text).toContain(finding);
  expect(code).toBeGreaterThan(10);
});

test("zizmor finds a trigger that gives strangers our token", async () => {
  const root = changed("workflows/preview.yml", (text) =>
    text.replace("pull_request:", "pull_request_target:"),
  );
  expect((await zizmor(root)).text).toContain("dangerous-triggers");
});

test("the one rule that is off is off for the reason that is given", async () => {
  const config = parse(readFileSync(join(checkout, ".github", "zizmor.yml"), "utf8"));
  expect(config).toEqual({ rules: { "self-repository": { disable: true } } });
  const without = changed("zizmor.yml", () => "rules: {}\n");
  const { text } = await zizmor(without);
  expect(text).toContain("self-repository");
  expect(
    text.match(/^(help|warning|error|info)\[(.+?)\]/gm)?.every((line) => line.includes("self-repository")),
  ).toBe(true);
  // What it asks for is what actionlint refuses.
  const asked = changed("workflows/check.yml", (whole) => whole.replaceAll("uses: ./", "uses: $/"));
  expect((await actionlint(asked)).code).toBe(1);
});
