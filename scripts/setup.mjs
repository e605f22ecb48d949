// Makes a fresh clone ready: dependencies, Node 24, the Pulumi engine. Plain JavaScript: it runs before any of them is here, on Node 18 or newer.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const stamp = join(modules, ".surefoot-setup");
const node = join(modules, ".bin", "node");

// stdout belongs to the verb that follows: set-up talks on stderr only.
const say = (text) => process.stderr.write(`${text}\n`);

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["inherit", 2, 2] });
  if (error) throw new Error(`${command} cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
}

function major() {
  return Number(process.versions.node.split(".")[0]);
}

function dependencies() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  say("setup: installing dependencies as the lockfile says (npm ci), Node 24 among them");
  run("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"]);
  if (!existsSync(node))
    throw new Error("npm ci left no node in node_modules/.bin; were install scripts switched off?");
  writeFileSync(stamp, lock);
}

try {
  if (major() < 18)
    throw new Error(`Node ${process.versions.node} is too old to set up with; 18 or newer is needed`);
  dependencies();
  run(node, [join(root, "infra", "engine", "install.ts")]);
} catch (error) {
  say(`E_SETUP ${error.message}`);
  say("Now: nothing was started. Next: mend the above, then run the same command again.");
  process.exitCode = 1;
}
