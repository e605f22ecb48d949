// What a service is told by its environment; a missing or malformed key ends the process at once, with its name.
import { type Faults, parseFaults } from "./faults.ts";

/** Put in by build.mjs; absent when a service is run without bundling. */
// oxlint-disable-next-line no-underscore-dangle -- the usual spelling of a name that the bundler replaces
declare const __VERSION__: string | undefined;

export interface Config<Key extends string = never> {
  host: string;
  port: number;
  node: string;
  zone: string;
  release: string;
  version: string;
  drainFile: string | undefined;
  accessLog: string | undefined;
  faults: Faults;
  /** The service's own keys, checked. */
  own: Record<Key, string>;
}

/** Says what a value must be when it is not that. */
export type Check = (value: string) => string | undefined;

/** EX_CONFIG of sysexits(3). */
const EXIT_CONFIG = 78;

export const httpUrl: Check = (value) =>
  /^https?:\/\//.test(value) && URL.canParse(value) ? undefined : "must be an http(s) URL";

const portNumber: Check = (value) =>
  /^\d{1,5}$/.test(value) && Number(value) < 65_536 ? undefined : "must be a port number";

/** Reads the contract and the service's own keys. Exits with 78 and one line naming every complaint. */
export function readConfig<Key extends string>(
  env: NodeJS.ProcessEnv,
  needs: Record<Key, Check>,
): Config<Key> {
  const { faults, complaints } = parseFaults(env["FAULT"] ?? "");
  const take = (key: string, check: Check): string => {
    const value = env[key] ?? "";
    const wrong = value === "" ? "is missing" : check(value);
    if (wrong)
      complaints.push(wrong === "is missing" ? `${key} is missing` : `${key} ${wrong}, not "${value}"`);
    return value;
  };
  const port = Number(take("PORT", portNumber));
  const keys = Object.keys(needs) as Key[];
  const own = Object.fromEntries(keys.map((key) => [key, take(key, needs[key])])) as Record<Key, string>;
  if (complaints.length > 0) {
    process.stderr.write(`bad config: ${complaints.join("; ")}\n`);
    process.exit(EXIT_CONFIG);
  }
  return {
    host: env["HOST"] || "127.0.0.1",
    port,
    node: env["NODE_NAME"] || "unnamed",
    zone: env["NODE_ZONE"] || "none",
    release: env["RELEASE"] || "none",
    version: typeof __VERSION__ === "string" ? __VERSION__ : "dev",
    drainFile: env["DRAIN_FILE"] || undefined,
    accessLog: env["ACCESS_LOG"] || undefined,
    faults,
    own,
  };
}
