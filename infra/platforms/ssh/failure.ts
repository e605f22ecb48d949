// Turns the last words of ssh into one reason that names the cause, and what to do about it.
import { aliveSeconds, knownAs } from "./arguments.ts";
import type { SshTarget } from "./arguments.ts";

type Explain = (said: string, target: SshTarget) => string;

const loginOf = ({ address, user }: SshTarget): string =>
  user === undefined ? address : `${user}@${address}`;

const causes: [RegExp, Explain][] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|Offending .* key in|REVOKED/,
    (said, target) => {
      const file = /(?:Offending \S+ key in|Add correct host key in) (.+?)(?::\d+| to get rid of.*)$/m.exec(
        said,
      )?.[1];
      const where = file === undefined ? "" : ` -f '${file}'`;
      return `its host key changed: refused; if it was meant: ssh-keygen${where} -R '${knownAs(target)}', then add the new key`;
    },
  ],
  [
    /host key is known for|Host key verification failed/,
    (_said, target) =>
      `its host key is not known, so it is refused: compare it and add it to known_hosts (ssh ${loginOf(target)} once by hand)`,
  ],
  [
    /Permission denied \(/,
    (said, target) => `sshd refused the login ${loginOf(target)}: ${lineOf(said, /Permission denied/)}`,
  ],
  [
    /Too many authentication failures/,
    (_said, target) => `sshd refused the login ${loginOf(target)}: too many keys were offered`,
  ],
  [/server .* not responding/, () => `the host hangs: no sign of life for ${aliveSeconds * 2} s`],
  [/timed out/i, (_said, target) => `the host does not answer: ${knownAs(target)} timed out`],
  [/Connection refused/, (_said, target) => `nothing listens at ${knownAs(target)}: connection refused`],
  [
    /No route to host|Network is unreachable/,
    (said) => `the host is not there: ${lineOf(said, /No route|unreachable/)}`,
  ],
  [/Could not resolve hostname/, (said) => `its name is not known: ${lineOf(said, /Could not resolve/)}`],
  [
    /node\.sh: ?(No such file|not found)|(open|access) \S*node\.sh/i,
    () => "nothing of Surefoot is on the host yet: surefoot up",
  ],
  [
    /Connection (to .* )?closed|Connection reset|kex_exchange_identification/,
    (said) => `the connection was closed: ${lineOf(said, /closed|reset|kex_/)}`,
  ],
];

// What ssh says of each refused tunnel: a service that does not run, which is no trouble of the connection.
const noise = /^(channel \d+: open failed|Warning: Permanently added|debug\d|\*\* )/;

/** Why ssh ended, from what it said on stderr; undefined when it said nothing. Each reason fits behind "server-07: ". */
export function sshFailure(stderr: string, target: SshTarget): string | undefined {
  const said = stderr
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !noise.test(line))
    .join("\n");
  for (const [pattern, explain] of causes) if (pattern.test(said)) return explain(said, target);
  return said.split("\n").at(-1)?.trim() || undefined;
}

const lineOf = (said: string, pattern: RegExp): string =>
  said
    .split("\n")
    .findLast((line) => pattern.test(line))
    ?.trim() ?? "";
