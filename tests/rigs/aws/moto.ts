// The rig of the AWS tests: a real moto server, from a Python environment that is made once in the cache.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pythonEnvironment } from "../python-environment.ts";

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

/** The Python of the environment that holds moto, made where it is missing (half a minute, once a machine). */
export async function motoPython(): Promise<string> {
  return join(
    await pythonEnvironment("moto", join(import.meta.dirname, "requirements.txt")),
    "bin",
    "python",
  );
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
