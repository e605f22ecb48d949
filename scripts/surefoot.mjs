#!/usr/bin/env node
// The bin: runs the command line on Node 24, which set-up puts into node_modules. Plain JavaScript: any Node may start it.
import { spawn } from "node:child_process";
import { existsSync, lstatSync } from "node:fs";
import * as module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "node_modules");
const node = join(modules, ".bin", "node");

if (Number(process.versions.node.split(".")[0]) >= 24) {
  // Half of what a short verb takes is compiling. The compiled code is kept by the path of its source, so it goes with the
  // checkout; a tree whose libraries are lent, such as that of a push, is gone soon and keeps none.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isDirectory())
    module.enableCompileCache?.(join(modules, ".surefoot-compile"));
  await import("./cli.ts");
} else if (existsSync(node)) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  // Ctrl-C reaches the child by itself; this process only waits for it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.once("exit", (code) => (process.exitCode = code ?? 1));
} else {
  process.stderr.write("E_SETUP this clone is not set up.\nNow: nothing was touched.\nNext: npm run setup\n");
  process.exitCode = 1;
}
