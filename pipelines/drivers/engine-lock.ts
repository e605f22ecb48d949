// The engine's lock on a stack in the file backend: whose it is, and whether its holder still lives.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** What the engine writes into a lock. */
export const lockSchema = z.object({ pid: z.number(), username: z.string(), hostname: z.string() });

/** Holders of locks on the stack that are, or on another machine may be, alive. Empty: every lock is a dead holder's. */
export function livingHolders(backend: string, stack: string): string[] {
  const locks = join(backend, ".pulumi", "locks");
  if (!existsSync(locks)) return [];
  const files = readdirSync(locks, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith(".json") && entry.parentPath.endsWith(`/${stack}`),
  );
  return files.flatMap((file) => {
    const lock = read(join(file.parentPath, file.name));
    if (lock === undefined) return [];
    const { pid, username, hostname: host } = lock;
    return host === hostname() && !isAlive(pid) ? [] : [`${username}@${host} pid ${pid}`];
  });
}

function read(path: string): z.infer<typeof lockSchema> | undefined {
  try {
    return lockSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // Given back while we looked.
    return undefined;
  }
}

/** Whether a process of this number lives on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
