// The command line of OpenSSH for one host: the user's own config, keys and agent; host keys always checked; nothing asked.
import { isAbsolute, join } from "node:path";

/** What ssh must know of a host. */
export interface SshTarget {
  address: string;
  port: number;
  user?: string | undefined;
}

/** How connections are made; `config` is an ssh_config file, from the repository's root where it is not absolute. */
export interface SshSettings {
  config?: string | undefined;
  /** Seconds. */
  connectWithin: number;
}

/** A host that gives no sign of life is given up after twice so many seconds. */
export const aliveSeconds = 5;

/**
 * Words for `ssh`, up to and with the destination; a remote command may follow. Host keys are checked strictly: only an ssh_config
 * that the description names may say otherwise. `repo` resolves a relative config.
 */
export function sshArguments(
  { address, port, user }: SshTarget,
  { config, connectWithin }: SshSettings,
  repo: string,
  more: readonly string[] = [],
): string[] {
  const options = {
    BatchMode: "yes",
    // "ask", ssh's default, is the same in a batch: an unknown key is refused.
    ...(config === undefined ? { StrictHostKeyChecking: "yes" } : {}),
    UpdateHostKeys: "no",
    ConnectTimeout: connectWithin,
    ConnectionAttempts: 1,
    ServerAliveInterval: aliveSeconds,
    ServerAliveCountMax: 2,
    ControlPersist: "no",
    ExitOnForwardFailure: "no",
    PermitLocalCommand: "no",
    RemoteCommand: "none",
    LogLevel: "INFO",
  };
  return [
    // The file comes first: what stands here on the command line wins over what it says.
    ...(config === undefined ? [] : ["-F", isAbsolute(config) ? config : join(repo, config)]),
    ...Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`]),
    "-T",
    "-a",
    "-x",
    ...more,
    // 22 is what the description says where it says nothing: the config may know better for this name.
    ...(port === 22 ? [] : ["-p", String(port)]),
    ...(user === undefined ? [] : ["-l", user]),
    "--",
    address.replace(/^\[(.*)\]$/, "$1"),
  ];
}

/** How known_hosts names the host. */
export function knownAs({ address, port }: SshTarget): string {
  const bare = address.replace(/^\[(.*)\]$/, "$1");
  return port === 22 ? bare : `[${bare}]:${port}`;
}
