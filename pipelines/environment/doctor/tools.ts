// The doctor's checks of programs that an environment needs on this machine, besides what Surefoot brings along.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { installCrane } from "../../drivers/crane.ts";
import { attempt } from "./attempt.ts";
import type { Check } from "./attempt.ts";

const run = promisify(execFile);
const WITHIN_MS = 20_000;

const tools = {
  ssh: { words: ["-V"], next: "install OpenSSH's client" },
  aws: { words: ["--version"], next: "install the AWS command line, version 2" },
  crane: {
    words: ["version"],
    next: `releases become images with it: ${installCrane}`,
  },
  "session-manager-plugin": {
    words: ["--version"],
    next: "install AWS's Session Manager plugin: ssh reaches nodes through it",
  },
};

const wanted = {
  kubernetes: ["crane"],
  ssh: ["ssh"],
  aws: ["ssh", "aws", "session-manager-plugin"],
} as const;

/** A check for each program that the platform needs. */
export function examineTools(platform: keyof typeof wanted): Promise<Check[]> {
  return Promise.all(
    wanted[platform].map((tool) => {
      const { words, next } = tools[tool];
      return attempt(tool, next, async () => {
        try {
          const { stdout, stderr } = await run(tool, words, { timeout: WITHIN_MS });
          return (stdout || stderr).trim().split("\n")[0] ?? "";
        } catch (error) {
          const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
          throw new Error(missing ? `${tool} is not on PATH` : `${tool} does not start`, { cause: error });
        }
      });
    }),
  );
}
