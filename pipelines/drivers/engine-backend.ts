// Where the engine keeps a stack's state, and what goes with it: the key of its secrets, whose locks lie there, its history.
import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Description } from "../../environments/shape.ts";
import { project, stateFolder } from "../../infra/names.ts";
import { s3Backend } from "./engine-backend-s3.ts";
import { pruneHistory } from "./engine-history.ts";
import { livingHolders } from "./engine-lock.ts";

export interface EngineBackend {
  url: string;
  /** Such as `awskms://alias/surefoot?region=eu-central-1`; a passphrase where undefined. */
  secretsProvider?: string;
  /** What the engine's process must be told to reach it. */
  env: Record<string, string>;
  /** Holders of the stack's lock that are, or on another machine may be, alive. */
  holders: (stack: string) => Promise<string[]>;
  /** Keeps the history that the engine writes bounded. */
  prune: (stack: string) => Promise<void>;
}

/** The backend of an environment: the team's bucket where the description names one, else this clone's own folder. */
export function backendFor({
  repo,
  description,
  standIn,
  passphrase,
}: {
  repo: string;
  description: Description;
  standIn?: string | undefined;
  /** Offline stacks only: in place of this clone's own. */
  passphrase?: string | undefined;
}): EngineBackend {
  const { state: shared, platform } = description;
  // A rehearsal is this machine's alone, and what a stand-in plays is nobody else's business.
  if (standIn === undefined && platform !== "local" && shared !== undefined) return s3Backend(shared);
  const state = stateFolder(repo);
  const given = standIn === undefined ? undefined : passphrase;
  const folder = join(standIn ?? state, "pulumi");
  return fileBackend(folder, given ?? passphraseOf(state));
}

function fileBackend(folder: string, passphrase: string): EngineBackend {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    // Without files of metadata: the engine writes those in place, and one that a kill cut off makes the state unreadable.
    url: `${pathToFileURL(folder).href}?metadata=skip`,
    env: { PULUMI_CONFIG_PASSPHRASE: passphrase },
    holders: async (stack) => livingHolders(folder, stack),
    prune: async (stack) => pruneHistory(folder, project, stack),
  };
}

/** Made once per clone; it encrypts whatever secret the state of its stacks holds. */
function passphraseOf(state: string): string {
  const given = process.env["PULUMI_CONFIG_PASSPHRASE"];
  if (given !== undefined) return given;
  const file = join(state, "passphrase");
  mkdirSync(state, { recursive: true, mode: 0o700 });
  if (existsSync(file)) return readFileSync(file, "utf8");
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, randomBytes(24).toString("base64url"), { mode: 0o600 });
  try {
    // A link, not a rename: of two runs at once the first one's counts, and it is whole when it appears.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, "utf8");
}
