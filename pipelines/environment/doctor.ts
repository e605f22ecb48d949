// The verb `doctor`: what this machine and this clone need, each checked on its own so that all failures show at once.
import { execFile } from "node:child_process";
import { mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { listDescriptions } from "../../environments/folder.ts";
import { loadDescription } from "../../environments/loader.ts";
import { engineVersion, locateEngine } from "../../infra/engine/locate.ts";
import { stateFolder } from "../../infra/names.ts";
import { openStore } from "../drivers/store-sqlite.ts";
import { verifyLedger } from "../ledger/ledger.ts";
import { attempt } from "./doctor/attempt.ts";
import type { Check } from "./doctor/attempt.ts";

export type { Check } from "./doctor/attempt.ts";

const run = promisify(execFile);
const wantedBytes = 2 * 1024 ** 3;

/** Runs every check; none of them changes anything that lasts. */
export async function examine(repo: string): Promise<Check[]> {
  return Promise.all([
    attempt("node", "npm run setup", async () => {
      const [major = 0] = process.versions.node.split(".").map(Number);
      if (major < 24) throw new Error(`runs on ${process.versions.node}, needs 24`);
      return process.versions.node;
    }),
    attempt("engine", "npm run setup", async () => {
      const engine = locateEngine();
      if (engine === undefined)
        throw new Error(`Pulumi ${engineVersion} was not found on PATH or in the cache`);
      return engine.path;
    }),
    attempt("shell", "install sh, mkfifo, tar and one of sha256sum, shasum, openssl", async () => {
      const script =
        "for t in mkfifo tar mv ls; do command -v $t >/dev/null || { echo $t; exit 1; }; done; command -v sha256sum || command -v shasum || command -v openssl";
      return (await run("sh", ["-c", script])).stdout.trim();
    }),
    attempt("fifo", "use a file system that has named pipes", async () => {
      const folder = await mkdtemp(join(tmpdir(), "surefoot-doctor-"));
      try {
        await run("mkfifo", [join(folder, "pipe")]);
        await writeFile(join(folder, "file"), "x");
        return folder.replace(/[^/]*$/, "");
      } finally {
        await rm(folder, { recursive: true });
      }
    }),
    attempt("disk", "free some space", async () => {
      const { bavail, bsize } = await statfs(repo);
      const free = bavail * bsize;
      if (free < wantedBytes) throw new Error(`${(free / 1024 ** 3).toFixed(1)} GiB free, 2 GiB wanted`);
      return `${(free / 1024 ** 3).toFixed(0)} GiB free`;
    }),
    attempt("store", "see the message; surefoot ledger verify tells more", async () => {
      const store = await openStore(join(stateFolder(repo), "store"));
      try {
        const { ok, count, faults } = await verifyLedger(store);
        if (!ok) throw new Error(`the ledger is not whole: ${faults[0]?.what}`);
        return `ledger whole, ${count} records`;
      } finally {
        store.close();
      }
    }),
    attempt("descriptions", "surefoot check", async () => {
      const folder = join(repo, "environments");
      const wrong = listDescriptions(folder).filter((name) => !loadDescription(folder, name).ok);
      if (wrong.length > 0) throw new Error(`mistakes in ${wrong.join(", ")}`);
      return listDescriptions(folder).join(", ");
    }),
  ]);
}
