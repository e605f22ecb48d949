// A bounded access log: JSON lines, written in batches off the request path, 1 MiB a file and two old files kept.
import { appendFile, rename, stat } from "node:fs/promises";

export interface AccessLog {
  /** Adds one line; the time is put in front. Never throws and never waits. */
  write(entry: Record<string, unknown>): void;
  /** Writes what is pending; later lines are ignored. */
  close(): Promise<void>;
}

const FILE_BYTES = 1024 ** 2;
const PENDING_BYTES = 256 * 1024;
// Rare batches: each one costs a few calls into the thread pool, and 50 nodes share two cores.
const FLUSH_MS = 2000;

/** Opens the log at `path` (nothing is created before the first line); without a path all lines are ignored. */
export function openAccessLog(path: string | undefined): AccessLog {
  return path ? new BoundedLog(path) : { write: () => undefined, close: async () => undefined };
}

class BoundedLog implements AccessLog {
  readonly #path: string;
  #pending = "";
  #dropped = 0;
  #failing = false;
  #size: number | undefined;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #writing = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  write(entry: Record<string, unknown>): void {
    if (this.#closed) return;
    if (this.#pending.length >= PENDING_BYTES) this.#dropped += 1;
    else this.#pending += line(entry);
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS).unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#append());
  }

  async #append(): Promise<void> {
    if (this.#pending === "") return;
    const told = this.#dropped;
    const gap = told > 0 ? line({ droppedLines: told }) : "";
    const batch = this.#pending;
    this.#pending = "";
    try {
      await this.#rotate(Buffer.byteLength(gap + batch));
      await appendFile(this.#path, gap + batch);
      this.#dropped -= told;
      this.#failing = false;
    } catch (error) {
      // A full disk or a removed folder costs log lines, never an answer.
      this.#dropped += batch.split("\n").length - 1;
      if (!this.#failing) process.stderr.write(`access log: ${String(error)}; lines are dropped for now\n`);
      this.#failing = true;
    }
  }

  /** Makes room for `bytes`. The size is asked for once and then kept in mind, because nobody else writes here. */
  async #rotate(bytes: number): Promise<void> {
    this.#size ??= await stat(this.#path).then(
      (found) => found.size,
      () => 0,
    );
    if (this.#size > 0 && this.#size + bytes > FILE_BYTES) {
      await rename(`${this.#path}.1`, `${this.#path}.2`).catch(() => undefined);
      await rename(this.#path, `${this.#path}.1`).catch(() => undefined);
      this.#size = 0;
    }
    this.#size += bytes;
  }
}

const line = (entry: Record<string, unknown>): string =>
  `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`;
