// A program that a test has started: what it says, when it has said it, how it ended, and the document that it printed.
import type { ChildProcessWithoutNullStreams } from "node:child_process";

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  child: ChildProcessWithoutNullStreams;
  ended: Promise<Ran>;
  /** Once it is on stderr; rejects when the program ends before. */
  said: (text: string | RegExp) => Promise<void>;
  /** What it has said on stderr so far. */
  heard: () => string;
}

/** Listens from the start, so that nothing is missed. */
export function listenTo(child: ChildProcessWithoutNullStreams): Started {
  const ran: Ran = { code: null, stdout: "", stderr: "" };
  const looks = new Set<() => void>();
  child.stdout.on("data", (chunk: Buffer) => (ran.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    ran.stderr += chunk.toString();
    for (const look of looks) look();
  });
  const ended = new Promise<Ran>((resolve) => {
    child.once("close", (code) => {
      resolve({ ...ran, code });
      for (const look of looks) look();
    });
  });
  const said = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = typeof text === "string" ? ran.stderr.includes(text) : text.test(ran.stderr);
        if (!found && child.exitCode === null && child.signalCode === null) return;
        looks.delete(look);
        if (found) resolve();
        else reject(new Error(`ended without saying ${text}:\n${ran.stderr}${ran.stdout}`));
      };
      looks.add(look);
      look();
    });
  return { child, ended, said, heard: () => ran.stderr };
}

/** The one JSON document that it printed. */
export function documentOf<T>({ code, stdout, stderr }: Ran, words: readonly string[]): T {
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new Error(`no JSON document from ${words.join(" ")} (exit ${code}):\n${stdout}\n${stderr}`);
  }
}
