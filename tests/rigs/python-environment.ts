// Python environments of the rigs: made once in the cache, by what their requirements say.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../infra/engine/locate.ts";

const run = promisify(execFile);

/** The folder of the environment whose requirements pin `name`, made where it is missing (up to half a minute, once a machine). */
export async function pythonEnvironment(name: string, requirements: string): Promise<string> {
  const text = readFileSync(requirements, "utf8");
  const version = new RegExp(`^${name}==(\\S+)$`, "m").exec(text)?.[1];
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const folder = join(cacheFolder(), "rigs", `${name}-${version}-${digest}`);
  try {
    await run("python3", [join(import.meta.dirname, "make_venv.py"), folder, requirements]);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const what = missing ? "python3 is not on PATH" : "its Python environment could not be made";
    throw new Error(`the rig needs ${name}, and ${what}: install python3 (3.11 or later) with venv`, {
      cause: error,
    });
  }
  return folder;
}
