// A real registry of images on loopback, crane's own, behind a door that counts requests and may want a password.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packFolder } from "../../../pipelines/drivers/tar.ts";

export interface Registry {
  /** As images are named by it: `127.0.0.1:<port>`. */
  host: string;
  /** Requests since the last call, as `PUT /v2/...`. */
  seen: () => string[];
  /** `user:password` that is asked for from here on; undefined: none. */
  lock: (credentials?: string) => void;
  /** Answers nothing from here on. `asked`: there is a request; `gone`: whoever sent it has left. */
  hold: () => { asked: Promise<void>; gone: Promise<void> };
  stop: () => Promise<void>;
}

export async function startRegistry(crane: string): Promise<Registry> {
  const child = spawn(crane, ["registry", "serve", "--address", "127.0.0.1:0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    createInterface(child.stderr).on("line", (line) => {
      const told = /serving on port (\d+)/.exec(line)?.[1];
      if (told !== undefined) resolve(told);
    });
  });
  const seen: string[] = [];
  let credentials: string | undefined;
  let held: ((incoming: IncomingMessage) => void) | undefined;
  const door = createServer((incoming, outgoing) => {
    const { method = "GET", url = "", headers } = incoming;
    seen.push(`${method} ${url}`);
    if (held !== undefined) return held(incoming);
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
    if (wanted !== undefined && headers.authorization !== wanted) {
      incoming.resume();
      outgoing.writeHead(401, {
        "www-authenticate": 'Basic realm="rig"',
        "content-type": "application/json",
      });
      return outgoing.end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
    }
    const inner = request({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    inner.once("error", () => incoming.socket.destroy());
    return incoming.pipe(inner);
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  return {
    host: `127.0.0.1:${(door.address() as AddressInfo).port}`,
    seen: () => seen.splice(0),
    lock: (next) => void (credentials = next),
    hold: () => {
      const [asked, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      held = ({ socket }) => {
        asked.resolve();
        socket.once("close", gone.resolve);
      };
      return { asked: asked.promise, gone: gone.promise };
    },
    stop: async () => {
      await closed(door);
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

async function closed(door: Server): Promise<void> {
  const end = once(door, "close");
  door.close();
  door.closeAllConnections();
  await end;
}

/** An image with one file, made of nothing; its name by digest. */
export async function pushBase(crane: string, host: string, folder: string, text: string): Promise<string> {
  const files = join(folder, `base-${text}`);
  execFileSync("mkdir", ["-p", join(files, "etc")]);
  writeFileSync(join(files, "etc", "base"), text);
  const layer = `${files}.tar`;
  await packFolder(files, layer);
  const words = ["append", "--oci-empty-base", "-f", layer, "-t", `${host}/base:${text}`];
  return await new Promise((resolve, reject) => {
    const child = spawn(crane, words, { stdio: ["ignore", "pipe", "ignore"] });
    child.once("error", reject);
    createInterface(child.stdout).once("line", resolve);
    child.once("exit", (code) => code !== 0 && reject(new Error(`crane ended with ${code}`)));
  });
}
