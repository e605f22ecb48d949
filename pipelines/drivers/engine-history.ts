// Keeps the engine's own files bounded: it writes a history entry and a backup at each update and never removes one.
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** Removes all but the newest files of a stack's history and backups in the file backend. The state itself is not touched. */
export function pruneHistory(backend: string, project: string, stack: string, keep = 60): void {
  for (const kind of ["history", "backups"]) {
    const folder = join(backend, ".pulumi", kind, project, stack);
    for (const name of newestFirst(folder).slice(keep)) rmSync(join(folder, name), { force: true });
  }
}

function newestFirst(folder: string): string[] {
  try {
    return readdirSync(folder)
      .map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }))
      .toSorted((a, b) => b.at - a.at)
      .map(({ name }) => name);
  } catch {
    // Nothing yet, or another run is pruning too: the next update looks again.
    return [];
  }
}
