// The rig of the AWS tests: a real moto server, from a Python environment that is made once in the cache.
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { cacheFolder } from "../../../infra/engine/locate.ts";

export interface Moto {
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
  /** What a process needs in its environment so that AWS clients reach this server. Assign or pass on. */
  env: Record<string, string>;
  /** Forgets everything that was made. */
  reset: () => Promise<void>;
  /** Ends the server; resolves once it is gone. May be called again. */
  stop: () => Promise<void>;
}

const run = promisify(execFile);
const requirements = join(import.meta.dirname, "requirements.txt");

/** The Python of the environment that holds moto, made where it is missing (half a minute, once a machine). */
export async function motoPython(): Promise<string> {
  const text = readFileSync(requirements, "utf8");
  const version = /^moto==(\S+)$/m.exec(text)?.[1];
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const folder = join(cacheFolder(), "rigs", `moto-${version}-${digest}`);
  try {
    await run("python3", [join(import.meta.dirname, "make_venv.py"), folder, requirements]);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const what = missing ? "python3 is not on PATH" : "its Python environment could not be made";
    throw new Error(`the AWS tests need moto, and ${what}: install python3 (3.11 or later) with venv`, {
      cause: error,
    });
  }
  return join(folder, "bin", "python");
}

/** Starts a server of its own on a free port. `settings` are environment variables of moto. */
export async function startMoto(settings: Record<string, string> = {}): Promise<Moto> {
  const child = spawn(await motoPython(), [join(import.meta.dirname, "serve_moto.py")], {
    stdio: ["pipe", "ignore", "pipe"],
    env: { ...process.env, ...settings },
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const endpoint = await new Promise<string>((resolve, reject) => {
    const said: string[] = [];
    child.once("error", reject);
    // It logs every request: all of it is read, or it would stop at a full pipe.
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (said.length < 20) said.push(line);
      const address = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    void gone.then(() => reject(new Error(`moto ended before it was ready:\n${said.join("\n")}`)));
  });
  return {
    endpoint,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    reset: async () => {
      const answer = await fetch(`${endpoint}/moto-api/reset`, { method: "POST" });
      if (!answer.ok) throw new Error(`moto did not reset: ${answer.status}`);
    },
    stop: async () => {
      child.stdin.end();
      child.kill("SIGTERM");
      await gone;
    },
  };
}
