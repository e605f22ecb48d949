// Which Surefoot, engine, libraries and rules carry a plan out: approved with one set, it is not carried out with another.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { locateEngine } from "../../infra/engine/locate.ts";
import { Refusal } from "../errors.ts";

const execute = promisify(execFile);
/** Where the code that runs lies: in a clone of Surefoot the same as the repository. */
const ownCode = join(import.meta.dirname, "..", "..");

export interface Versions {
  surefoot: string;
  engine: string;
  lockfile: string;
  policies: string;
}

/** Reads all of them. Refuses with E_ENGINE where there is no engine. */
export async function versionsOf(code = ownCode, engine = locateEngine()?.path): Promise<Versions> {
  const [about, lockfile, policies] = await Promise.all([
    readFile(join(code, "package.json"), "utf8"),
    readFile(join(code, "package-lock.json")),
    sources(join(code, "infra", "policies")),
  ]);
  return {
    surefoot: String((JSON.parse(about) as { version?: unknown }).version),
    engine: await engineVersionOf(engine),
    lockfile: hash([lockfile]),
    policies: hash(policies),
  };
}

async function engineVersionOf(engine: string | undefined): Promise<string> {
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    return (await execute(engine ?? "", ["version"], { env, timeout: 20_000 })).stdout.trim();
  } catch (cause) {
    const what = "the Pulumi engine is not on this machine, or does not say its version";
    throw new Refusal("E_ENGINE", { what, state: "nothing was changed", next: "npm run setup" }, { cause });
  }
}

/** Names and contents of all files, in order. */
async function sources(folder: string): Promise<(string | Buffer)[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const parts = files.toSorted().map(async (path) => [path.slice(folder.length), await readFile(path)]);
  return (await Promise.all(parts)).flat();
}

/** Each part with its length, so that no two lists of parts read the same. */
function hash(parts: readonly (string | Buffer)[]): string {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(`${Buffer.byteLength(part)}:`).update(part);
  return `sha256:${sum.digest("hex")}`;
}
