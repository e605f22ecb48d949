// Draining is told by a file: while it exists, this node takes no new sessions.
import { type FSWatcher, existsSync, watch } from "node:fs";
import { basename, dirname } from "node:path";

const POLL_MS = 2000;

export interface Drain {
  /** Looks at the file itself, so that no join slips in before the watcher has told. */
  draining(): boolean;
  close(): void;
}

/** Calls `onDrain` each time the file appears. Without a path the node never drains. */
export function watchDrain(path: string | undefined, onDrain: () => void): Drain {
  if (path === undefined) return { draining: () => false, close: () => undefined };
  let was = false;
  const look = (): boolean => {
    const is = existsSync(path);
    if (is && !was) onDrain();
    was = is;
    return is;
  };
  const watcher = watchFolder(path, look);
  // The watcher can be missing (no such folder yet, no inotify watches left): the poll alone still drains.
  const poll = setInterval(look, POLL_MS);
  look();
  return {
    draining: look,
    close() {
      clearInterval(poll);
      watcher?.close();
    },
  };
}

function watchFolder(path: string, look: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(path), (_event, name) => {
      if (name === null || name === basename(path)) look();
    });
    return watcher.on("error", () => watcher.close());
  } catch {
    return undefined;
  }
}
