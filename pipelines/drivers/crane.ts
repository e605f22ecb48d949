// Runs `crane`, the tool that talks to registries of images: its words in, its answer out, ended with the run.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Refusal } from "../errors.ts";

const execute = promisify(execFile);

export interface Crane {
  /** What it printed, trimmed. Throws CraneFailure, Refusal E_CRANE where it is not installed, and the signal's reason. */
  run: (words: string[], seconds: number) => Promise<string>;
}

/** What crane said when it ended with an error. */
export class CraneFailure extends Error {
  override name = "CraneFailure";
}

/** Credentials are crane's own business: it reads those of `docker login` and of `crane auth login`. */
export function openCrane(command = "crane", signal?: AbortSignal): Crane {
  return {
    run: async (words, seconds) => {
      signal?.throwIfAborted();
      try {
        const { stdout } = await execute(command, words, {
          timeout: seconds * 1000,
          maxBuffer: 16 * 1024 ** 2,
          ...(signal && { signal }),
        });
        return stdout.trim();
      } catch (error) {
        signal?.throwIfAborted();
        throw explained(error as Failed, seconds);
      }
    },
  };
}

type Failed = Error & { code?: string | number; killed?: boolean; stderr?: string };

function explained(error: Failed, seconds: number): Error {
  if (error.code === "ENOENT" || error.code === "EACCES") return missing(error);
  if (error.killed) return new CraneFailure(`timeout: no end within ${seconds} s`, { cause: error });
  // Before it come warnings, such as of a first try that failed otherwise.
  const said = /^Error: [^]*/m.exec(error.stderr ?? "")?.[0] ?? error.stderr;
  return new CraneFailure(said?.trim() || error.message, { cause: error });
}

/** The command that installs it. */
export const installCrane = "go install github.com/google/go-containerregistry/cmd/crane@v0.22.1";

const missing = (cause: Error): Refusal =>
  new Refusal(
    "E_CRANE",
    {
      what: "releases become images with the tool crane, and it is not on PATH or cannot be started",
      state: "nothing was pushed and nothing was deployed",
      next: `install it, with Go or as a binary from the releases of google/go-containerregistry: ${installCrane}`,
    },
    { cause },
  );
