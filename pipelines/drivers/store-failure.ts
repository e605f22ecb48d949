// What a store that fails says to the person: the cause and the way out, never a raw stack.
import { Refusal } from "../errors.ts";

interface Cause {
  what: string;
  next: string;
}

const full = {
  what: "the disk is full",
  next: "Free some space on that disk, then run the same command again.",
};
const access = {
  what: "it cannot be written or opened by this user",
  next: "Give this user the folder (owner, mode 0700) or run as its owner, then run the same command again.",
};
const damaged = {
  what: "its file is damaged",
  next: "Move the folder aside to keep the evidence, put its last backup in place, then run `surefoot ledger verify`.",
};
const busy = {
  what: "another process keeps it locked",
  next: "Wait until the other command has ended, then run the same command again.",
};
const unknown = {
  what: "reading or writing it failed",
  next: "Run `surefoot doctor`, mend what it names, then try again.",
};

// Primary result codes: https://sqlite.org/rescode.html
const bySqlite: Record<number, Cause> = {
  3: access,
  5: busy,
  6: busy,
  8: access,
  11: damaged,
  13: full,
  14: access,
  26: damaged,
};
const bySystem: Record<string, Cause> = {
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: full,
  EACCES: access,
  EPERM: access,
  EROFS: access,
  ENOTDIR: access,
  EEXIST: access,
};

/** E_STORE for an error of SQLite or of the file system at this path; any other error as it is, since that is a bug. */
export function storeFailure(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof Refusal) return error;
  const { code, errcode } = error as Error & { code?: string; errcode?: number };
  const sqlite = code === "ERR_SQLITE_ERROR";
  if (!sqlite && !("syscall" in error)) return error;
  const { what, next } = (sqlite ? bySqlite[(errcode ?? 0) & 0xff] : bySystem[code ?? ""]) ?? unknown;
  const state = "This step was not recorded, so it was not done; what was recorded before is unchanged.";
  return new Refusal(
    "E_STORE",
    { what: `the store ${path} cannot be used: ${what}`, state, next, details: [error.message] },
    { cause: error },
  );
}

/** E_STORE: other writers were first every time. */
export const storeBusy = (name: string) =>
  new Refusal("E_STORE", {
    what: `${name} is written by others without a pause`,
    state: "This step was not recorded, so it was not done.",
    next: busy.next,
  });

/** E_STORE: what is stored under this key is not what Surefoot writes there. */
export const storeDamaged = (key: string, cause: unknown) =>
  new Refusal(
    "E_STORE",
    {
      what: `the store holds something unreadable under ${key}`,
      state: "It was left as it is.",
      next: damaged.next,
    },
    { cause },
  );

/** E_STORE_VERSION: the file has a format that this version does not know. */
export const storeTooNew = (path: string, found: number, known: number) =>
  new Refusal("E_STORE_VERSION", {
    what: `the store ${path} was written by a newer Surefoot (format ${found}, this one knows ${known})`,
    state: "It was left as it is.",
    next: "Update Surefoot (`git pull`, `npm ci`), then run the same command again.",
  });
