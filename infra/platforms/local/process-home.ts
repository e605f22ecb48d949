// What the platform's long-running processes share: a config followed live, a published address, an end together with their root.
import { existsSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";

interface Handlers<T> {
  /** A valid config that differs from the one before. */
  changed: (config: T) => void;
  /** The root folder is no more: the environment was deleted. */
  gone: () => void;
}

export interface Home<T> {
  /** The config as it was at the start; later ones come through `changed`. */
  config: T;
  close: () => void;
}

/** Follows `<root>/<file>` by fs.watch and a look each second. Throws if it is missing or wrong at the start; later a wrong one is ignored. */
export function openHome<T>(root: string, file: string, schema: z.ZodType<T>, on: Handlers<T>): Home<T> {
  const path = join(root, file);
  let text = readFileSync(path, "utf8");
  const config = schema.parse(JSON.parse(text));
  const look = (): void => {
    if (!existsSync(root)) return on.gone();
    try {
      const now = readFileSync(path, "utf8");
      if (now === text) return;
      const parsed = schema.parse(JSON.parse(now));
      text = now;
      on.changed(parsed);
    } catch {
      // Half written or vanished: the next look finds the whole file.
    }
  };
  const watcher = watch(root, { persistent: false }, (_event, name) => {
    if (name === null || name === file) look();
  });
  watcher.on("error", () => watcher.close());
  const timer = setInterval(look, 1000);
  return {
    config,
    close: () => {
      clearInterval(timer);
      watcher.close();
    },
  };
}

/** Writes `<root>/<file>` atomically: readers see the old text or the new one, never a part. */
export function publish(root: string, file: string, address: object): void {
  const part = join(root, `.${file}.${process.pid}`);
  writeFileSync(part, `${JSON.stringify(address)}\n`);
  renameSync(part, join(root, file));
}

/** Takes the published address back, unless a successor has already written its own. */
export function unpublish(root: string, file: string): void {
  try {
    const path = join(root, file);
    const { pid } = JSON.parse(readFileSync(path, "utf8")) as { pid: number };
    if (pid === process.pid) rmSync(path);
  } catch {
    // Gone with the root.
  }
}
