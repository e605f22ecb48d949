// Asks git about the checkout: which commit, is it clean, who are you; null wherever git has no answer.
import { askGit } from "./git-command.ts";

export interface Git {
  /** Full hash of the checked out commit; null outside a repository, before the first commit and without git. */
  commit(): Promise<string | null>;
  /** Whether a folder differs from that commit, untracked files included. */
  dirty(path: string): Promise<boolean | null>;
  /** `Name <mail>` as configured, or the part of it there is. */
  user(): Promise<string | null>;
}

/** Speaks for the checkout that `folder` is in. */
export function openGit(folder: string): Git {
  const git = (...words: string[]): Promise<string | null> => askGit(folder, ...words);
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
