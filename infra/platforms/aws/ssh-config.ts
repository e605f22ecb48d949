// The ssh_config for machines without open ports: each connection goes through Session Manager, with a key for this run alone.
import { join } from "node:path";

export interface SsmSsh {
  region: string;
  /** Private key; its public half lies beside it as `.pub`. */
  key: string;
  /** Keys of machines seen before: one that changes is refused. */
  knownHosts: string;
}

/** The user that owns a node's folder and runs its service. */
export const nodeUser = "surefoot";

/**
 * Text of an ssh_config for hosts that are called by their instance id. A machine seen for the first time is trusted: the
 * way there is AWS's own, encrypted and signed in with a role; an id is never given to another machine.
 */
export function ssmSshConfig({ region, key, knownHosts }: SsmSsh): string {
  const proxy = [
    "sh",
    quoted(join(import.meta.dirname, "ssm-proxy.sh")),
    "%h",
    "%p",
    "%r",
    region,
    quoted(`${key}.pub`),
  ];
  return [
    "Host *",
    `  User ${nodeUser}`,
    `  ProxyCommand ${proxy.join(" ")}`,
    `  IdentityFile ${named(key)}`,
    "  IdentitiesOnly yes",
    "  IdentityAgent none",
    "  StrictHostKeyChecking accept-new",
    `  UserKnownHostsFile ${named(knownHosts)}`,
    "  GlobalKnownHostsFile none",
    "  HashKnownHosts no",
    "",
  ].join("\n");
}

// ssh reads `%` as the beginning of a value of its own, and hands a ProxyCommand to the shell.
const quoted = (path: string): string => `'${path.replaceAll("%", "%%").replaceAll("'", String.raw`'\''`)}'`;
const named = (path: string): string => `"${path.replaceAll("%", "%%")}"`;
