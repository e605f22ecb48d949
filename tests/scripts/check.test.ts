// The verb check: what comes with a commit is read before anything is delivered, and each line says of which environment it is.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/store.ts";

const root = join(import.meta.dirname, "../..");

function check(repo: string): { status: number | null; lines: string[] } {
  const { status, stdout } = spawnSync(process.execPath, [join(root, "scripts", "cli.ts"), "check"], {
    env: { ...process.env, SUREFOOT_REPO: repo, NO_COLOR: "1" },
    encoding: "utf8",
  });
  return { status, lines: stdout.trimEnd().split("\n") };
}

test("warnings name their environment; its pins that nobody could read are a complaint, those of no environment are not", () => {
  const repo = temporaryFolder();
  const releases = join(repo, "environments", "releases");
  mkdirSync(releases, { recursive: true });
  cpSync(join(root, "environments", "dev.yaml"), join(repo, "environments", "dev.yaml"));
  cpSync(join(root, "environments", "base.yaml"), join(repo, "environments", "base.yaml"));
  writeFileSync(join(releases, "dev.json"), "{}");
  writeFileSync(join(releases, "gone.json"), "{");
  const fine = check(repo);
  expect(fine.status).toBe(0);
  const warnings = fine.lines.filter((line) => line.includes("warning:"));
  expect(warnings).toContainEqual(expect.stringMatching(/^dev: warning: environments\/base\.yaml:\d/));
  writeFileSync(join(releases, "dev.json"), '{"app": {"current": null}}');
  const { status, lines } = check(repo);
  expect(status).toBe(1);
  expect(lines).toEqual([
    expect.stringMatching(
      /^environments\/releases\/dev\.json:1:1 is damaged: app\.history .*; restore dev\.json/,
    ),
    ...warnings,
    "dev: 1 to mend",
  ]);
});
