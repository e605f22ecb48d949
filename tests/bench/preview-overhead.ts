// Bench: what `surefoot preview` takes beyond the engine's own preview of the same program. Whole processes, in turns.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ratioAtMost } from "./row.ts";
import type { Row } from "./row.ts";

const checkout = join(import.meta.dirname, "..", "..");
const ROUNDS = 7;
const LIMIT = 1.1;

/** Prod on AWS against the stand-in, before it is made and once it stands. The first round of each warms up. */
export function previewOverhead(): Row[] {
  const repo = realpathSync(mkdtempSync(join(tmpdir(), "surefoot-bench-")));
  try {
    cpSync(join(checkout, "environments"), join(repo, "environments"), { recursive: true });
    for (const name of ["infra", "examples", "node_modules"])
      symlinkSync(join(checkout, name), join(repo, name));
    const rows = [compare(repo, "preview-new", "preview of prod on AWS (stand-in), all to create")];
    run(repo, ["tests/bench/plain-engine.ts", "up", repo, "prod"]);
    return [...rows, compare(repo, "preview-standing", "preview of prod on AWS (stand-in), once it stands")];
  } finally {
    rmSync(repo, { recursive: true, force: true });
  }
}

function compare(repo: string, id: string, what: string): Row {
  const ways = {
    ours: ["scripts/surefoot.mjs", "preview", "prod", "--offline", "--json"],
    peer: ["tests/bench/plain-engine.ts", "preview", repo, "prod"],
  };
  const series: Record<keyof typeof ways, number[]> = { ours: [], peer: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    // Who goes first changes, so that neither always meets the warmer machine.
    const order = round % 2 === 0 ? (["ours", "peer"] as const) : (["peer", "ours"] as const);
    for (const way of order) {
      const seconds = run(repo, ways[way]);
      if (round > 0) series[way].push(seconds);
    }
  }
  return ratioAtMost(id, what, { ...series, name: "engine alone", limit: LIMIT });
}

/** Seconds of one process, from its start to its end. Both keep compiled code, so that neither is ahead by that alone. */
function run(repo: string, words: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd: checkout,
    env: { ...process.env, SUREFOOT_REPO: repo, NO_COLOR: "1", NODE_COMPILE_CACHE: join(repo, "compiled") },
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}: ${stderr}`);
  return (performance.now() - start) / 1000;
}
