// Where the bin keeps compiled code: in the checkout itself, and nowhere for a tree that lives on somebody's libraries.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/store.ts";

function checkout(): { modules: string; run: () => string } {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "scripts"));
  cpSync(join(import.meta.dirname, "../../scripts/surefoot.mjs"), join(folder, "scripts", "surefoot.mjs"));
  const program = 'import { getCompileCacheDir } from "node:module";\nconsole.log(getCompileCacheDir());\n';
  writeFileSync(join(folder, "scripts", "cli.ts"), program);
  const env = { SUREFOOT_CACHE: join(folder, "cache"), XDG_CACHE_HOME: join(folder, "cache") };
  const run = (): string =>
    execFileSync(process.execPath, [join(folder, "scripts", "surefoot.mjs")], { env, encoding: "utf8" });
  return { modules: join(folder, "node_modules"), run };
}

test("keeps compiled code beside the libraries, and goes with them", () => {
  const { modules, run } = checkout();
  mkdirSync(modules);
  expect(run()).toContain(join(modules, ".surefoot-compile"));
  expect(existsSync(join(modules, "..", "cache"))).toBe(false);
});

test("keeps none where the libraries are lent: the tree of a push has a new path each time", () => {
  const { modules, run } = checkout();
  const lent = temporaryFolder();
  symlinkSync(lent, modules);
  expect(run()).toBe("undefined\n");
  expect(existsSync(join(lent, ".surefoot-compile"))).toBe(false);
});
