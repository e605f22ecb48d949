// Prepares OpenSSH for one run on AWS: a key that only this run has, and the ssh_config that leads through Session Manager.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stateFolder } from "../../infra/names.ts";
import { ssmSshConfig } from "../../infra/platforms/aws/ssh-config.ts";
import { Refusal } from "../errors.ts";

const run = promisify(execFile);

export interface SsmAccess {
  /** Path of the ssh_config. */
  config: string;
  /** Removes the key. */
  close: () => void;
}

/** Makes a key and a config in a private folder. Refuses with E_AWS_SSH when a tool is missing. */
export async function openSsmAccess(repo: string, environment: string, region: string): Promise<SsmAccess> {
  await toolsPresent();
  // Named as the sockets' folder is: what a killed run leaves is swept with those.
  const folder = mkdtempSync(join(tmpdir(), `sf-${process.pid}-`));
  const known = join(stateFolder(repo), "ssh");
  mkdirSync(known, { recursive: true, mode: 0o700 });
  const key = join(folder, "key");
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "surefoot", "-f", key]);
  const config = join(folder, "config");
  const text = ssmSshConfig({ region, key, knownHosts: join(known, `${environment}.known_hosts`) });
  writeFileSync(config, text, { mode: 0o600 });
  return { config, close: () => rmSync(folder, { recursive: true, force: true }) };
}

const tools = {
  ssh: "OpenSSH",
  "ssh-keygen": "OpenSSH",
  aws: "the AWS CLI, version 2",
  "session-manager-plugin": "the Session Manager plugin of the AWS CLI",
};

async function toolsPresent(): Promise<void> {
  const there = await Promise.all(
    Object.keys(tools).map((tool) =>
      run("sh", ["-c", 'command -v -- "$1"', "sh", tool]).then(
        () => true,
        () => false,
      ),
    ),
  );
  const missing = Object.entries(tools).filter((_tool, index) => !there[index]);
  if (missing.length === 0) return;
  throw new Refusal("E_AWS_SSH", {
    what: `machines on AWS are reached through Session Manager, and ${missing.map(([tool]) => tool).join(", ")} ${missing.length === 1 ? "is" : "are"} not on PATH`,
    state: "nothing was touched",
    next: `install ${[...new Set(missing.map(([, what]) => what))].join(" and ")}, then run the same command again`,
  });
}
