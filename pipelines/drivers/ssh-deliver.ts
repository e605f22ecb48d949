// Puts a release on a node over its connection: once, resumed where an earlier try was cut, the digest compared on the node.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { sshFailure } from "../../infra/platforms/ssh/failure.ts";
import { folderOf } from "../../infra/platforms/ssh/place.ts";
import { NodeTrouble } from "../rollout/fleet.ts";
import type { Deployable } from "../rollout/fleet.ts";
import { settingsOf } from "./node-words.ts";
import type { Session } from "./session.ts";
import type { SshConnection } from "./ssh-connection.ts";

/** Puts `incoming/<id>.tar` and `incoming/<id>.env` on the node. Throws NodeTrouble. */
export type Deliver = (
  to: { connection: SshConnection; session: Session },
  deployable: Deployable,
  file: () => Promise<string>,
) => Promise<void>;

// A cut that lasts is the node's trouble; one that does not costs only the rest of the bytes.
const tries = 3;
const stallSeconds = 30;
// Another try goes on where this one ended: the node keeps what arrived.
class Cut extends NodeTrouble {}

/** Sends the bytes from this machine. */
export const sendFromHere: Deliver = async ({ connection, session }, deployable, file) => {
  const settings = Buffer.from(settingsOf(deployable));
  const path = await file();
  const { size } = await stat(path);
  for (let left = tries; ; left -= 1) {
    try {
      await receive(connection, `${deployable.id}.env`, 0, settings.length, Readable.from([settings]));
      const from = await heldBytes(session, `${deployable.id}.tar`, path, size);
      if (from < size)
        await receive(
          connection,
          `${deployable.id}.tar`,
          from,
          size,
          createReadStream(path, { start: from }),
        );
      return;
    } catch (error) {
      if (!(error instanceof Cut) || left === 1) throw error;
      await session.ask(["status"]);
    }
  }
};

/** How much of the file the node has, when it is the beginning of this very file; 0 when it is not. */
async function heldBytes(session: Session, name: string, path: string, size: number): Promise<number> {
  const [bytes = "", digest] = (await session.ask(["held", name], 120)).split(" ");
  const held = Number(bytes);
  if (!Number.isInteger(held) || held < 1 || held > size) return 0;
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { end: held - 1 }), hash);
  return hash.digest("hex") === digest ? held : 0;
}

/** Sends bytes into `incoming/<name>` of the node, from this offset on. Throws NodeTrouble. */
export async function receive(
  { host, riding }: SshConnection,
  name: string,
  from: number,
  size: number,
  bytes: Readable,
): Promise<void> {
  if (!/^[\w.+-]+$/.test(name)) throw new Error(`${name} is no name for a file on a node`);
  const words = [...riding(), `sh ${folderOf(host)}/node.sh receive ${name} ${from} ${size}`];
  const child = spawn("ssh", words, { detached: true, stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  const stalled = setTimeout(() => child.kill("SIGKILL"), stallSeconds * 1000);
  bytes.on("data", () => stalled.refresh());
  // The other end says why it stopped taking bytes; that the pipe broke says nothing.
  await pipeline(bytes, child.stdin).catch(() => undefined);
  stalled.refresh();
  const code = await ended;
  clearTimeout(stalled);
  if (code === 0) return;
  const why =
    reasonOf(said) ?? sshFailure(said, host) ?? `the transfer of ${name} ended with ${code ?? "a signal"}`;
  // 255 is ssh's own: the connection. 3: the stream ended early. Anything else the node said itself.
  if (code === null || code === 255 || code === 3)
    throw new Cut(`${host.name}: the transfer was cut: ${why}`);
  throw new NodeTrouble(`${host.name}: ${name} could not be put on the node: ${why}`);
}

const reasonOf = (said: string): string | undefined =>
  /No space left on device|Disk quota exceeded|Read-only file system/i.exec(said)?.[0];
