// Keeps the log files of local nodes bounded, without their writers knowing.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  readdirSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

const bytesMost = 2 * 1024 * 1024;
const bytesKept = 256 * 1024;

/** Cuts each `<root>/nodes/<node>/log/*.log` above 2 MiB down to its last whole lines within 256 KiB. Files that vanish are passed over. */
export function boundLogs(root: string): void {
  for (const node of namesIn(join(root, "nodes"))) {
    const folder = join(root, "nodes", node, "log");
    for (const name of namesIn(folder)) if (name.endsWith(".log")) boundLog(join(folder, name));
  }
}

/**
 * Copy and truncate: writers hold the file open with O_APPEND and go on at its new end. What is written between the last read and
 * the truncation is lost, so that moment is kept short: everything is synchronous, and the tail is read up to the end just before.
 */
function boundLog(path: string): void {
  let file: number | undefined;
  try {
    // Not through links, and not hanging on a pipe: the folder belongs to the node's own process.
    file = openSync(
      path,
      constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size <= bytesMost) return;
    const tail = readFrom(file, stat.size - bytesKept);
    ftruncateSync(file, 0);
    writeSync(file, tail.subarray(tail.indexOf(10) + 1));
  } catch {
    // Vanished, or not ours to read; the next round looks again.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readFrom(file: number, start: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = start; ;) {
    const part = Buffer.alloc(bytesKept);
    const length = readSync(file, part, 0, part.length, at);
    if (length === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, length));
    at += length;
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
