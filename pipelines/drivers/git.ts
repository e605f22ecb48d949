// Asks git about the checkout: which commit, is it clean, who are you; null wherever git has no answer.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface Git {
  /** Full hash of the checked out commit; null outside a repository, before the first commit and without git. */
  commit(): Promise<string | null>;
  /** Whether a folder differs from that commit, untracked files included. */
  dirty(path: string): Promise<boolean | null>;
  /** `Name <mail>` as configured, or the part of it there is. */
  user(): Promise<string | null>;
}

const execute = promisify(execFile);

/** Set while a git hook runs, and then they would point at another repository than the folder we ask about. */
const borrowed = /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|COMMON_DIR|NAMESPACE|ALTERNATE_.*)$/;

/** Speaks for the checkout that `folder` is in. */
export function openGit(folder: string): Git {
  const git = async (...words: string[]): Promise<string | null> => {
    const own = Object.entries(process.env).filter(([name]) => !borrowed.test(name));
    const env = {
      ...Object.fromEntries(own),
      LC_ALL: "C",
      GIT_TERMINAL_PROMPT: "0",
      GIT_OPTIONAL_LOCKS: "0",
    };
    // A checkout may come from anywhere: no program that its settings name is run, no path is read as a pattern.
    const options = ["--literal-pathspecs", "--no-pager", "-c", "core.fsmonitor=false"];
    try {
      const { stdout } = await execute("git", [...options, ...words], {
        cwd: folder,
        env,
        maxBuffer: 64 * 1024 ** 2,
      });
      return stdout;
    } catch {
      return null;
    }
  };
  const line = async (...words: string[]): Promise<string | null> => (await git(...words))?.trim() || null;
  return {
    commit: () => line("rev-parse", "--verify", "HEAD^{commit}"),
    async dirty(path) {
      const changes = await git("status", "--porcelain", "-z", "--untracked-files=normal", "--", path);
      return changes === null ? null : changes !== "";
    },
    async user() {
      const [name, mail] = await Promise.all([line("config", "user.name"), line("config", "user.email")]);
      return [name, mail && (name ? `<${mail}>` : mail)].filter(Boolean).join(" ") || null;
    },
  };
}
