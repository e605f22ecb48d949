// Runs git in a folder: without prompts, without what a hook or the checkout's own settings would slip in.
import { execFile } from "node:child_process";
import { devNull } from "node:os";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Set while a git hook runs, and then they would point at another repository than the folder we ask about. */
const borrowed =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|COMMON_DIR|NAMESPACE|QUARANTINE_PATH|ALTERNATE_.*)$/;

export interface GitRun {
  /** On top of the environment, such as another index. */
  env?: Record<string, string>;
  /** What git reads on stdin. */
  input?: string;
}

/** Runs git and gives its stdout; throws with git's own words in `stderr`. */
export async function runGit(
  folder: string,
  words: readonly string[],
  { env = {}, input }: GitRun = {},
): Promise<string> {
  const own = Object.entries(process.env).filter(([name]) => !borrowed.test(name));
  // A checkout may come from anywhere: no program that its settings name is run, no path is read as a pattern.
  const options = ["--no-pager", "-c", "core.fsmonitor=false"];
  const running = execute("git", [...options, ...words], {
    cwd: folder,
    env: {
      ...Object.fromEntries(own),
      LC_ALL: "C",
      GIT_LITERAL_PATHSPECS: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_OPTIONAL_LOCKS: "0",
      // What a clone replaces or grafts locally is not what others see.
      GIT_NO_REPLACE_OBJECTS: "1",
      GIT_GRAFT_FILE: devNull,
      ...env,
    },
    maxBuffer: 64 * 1024 ** 2,
  });
  // Git may end without reading it: that is told by its exit code.
  running.child.stdin?.on("error", () => {});
  running.child.stdin?.end(input ?? "");
  return (await running).stdout;
}

/** The same, null wherever git has no answer. */
export async function askGit(folder: string, ...words: string[]): Promise<string | null> {
  return runGit(folder, words).catch(() => null);
}
