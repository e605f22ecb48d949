// Puts a release on a machine on AWS: the machine fetches it from the bucket itself, at the speed of its own network.
import { execFile } from "node:child_process";
import { Readable } from "node:stream";
import { sshFailure } from "../../infra/platforms/ssh/failure.ts";
import { folderOf } from "../../infra/platforms/ssh/place.ts";
import { NodeTrouble } from "../rollout/fleet.ts";
import type { Deployable } from "../rollout/fleet.ts";
import { artifactKey } from "./artifacts-transfer.ts";
import { settingsOf } from "./node-words.ts";
import type { SshConnection } from "./ssh-connection.ts";
import { receive } from "./ssh-deliver.ts";
import type { Deliver } from "./ssh-deliver.ts";

export interface FromBucket {
  region: string;
  bucket: string;
  /** Puts the artifact into the bucket, if it is not there. */
  publish: (deployable: Deployable, file: () => Promise<string>) => Promise<void>;
}

const fetchSeconds = 300;

/** Only the settings of the release go over the connection; the digest of what was fetched is compared on the node. */
export function deliverFromBucket({ region, bucket, publish }: FromBucket): Deliver {
  return async ({ connection, session }, deployable, file) => {
    await publish(deployable, file);
    // The connection may not be open yet.
    await session.ask(["status"]);
    const settings = Buffer.from(settingsOf(deployable));
    await receive(connection, `${deployable.id}.env`, 0, settings.length, Readable.from([settings]));
    const object = `s3://${bucket}/${artifactKey(deployable.digest)}`;
    await fetchOnNode(connection, { region, object, name: `${deployable.id}.tar` });
  };
}

async function fetchOnNode(
  { host, riding }: SshConnection,
  { region, object, name }: { region: string; object: string; name: string },
): Promise<void> {
  for (const word of [region, object, name])
    if (!/^[\w.+:/-]+$/.test(word)) throw new Error(`${word} is no word for a command on a node`);
  const command = `cd ${folderOf(host)}/incoming && aws s3 cp --only-show-errors --region ${region} ${object} ${name}`;
  await new Promise<void>((resolve, reject) => {
    const limits = { timeout: fetchSeconds * 1000, killSignal: "SIGKILL" } as const;
    execFile("ssh", [...riding(), command], limits, (error, _stdout, stderr) => {
      if (error === null) return resolve();
      const late = error.killed ? `not fetched within ${fetchSeconds} s` : undefined;
      const why = late ?? sshFailure(stderr, host) ?? `the fetch ended with ${error.code}`;
      reject(new NodeTrouble(`${host.name}: the machine could not fetch the release: ${why}`));
    });
  });
}
