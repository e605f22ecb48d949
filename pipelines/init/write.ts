// Writes files of a plan all together: when one cannot be written, none has changed.
import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Refusal } from "../errors.ts";
import type { PlannedFile } from "./plan.ts";

/** Writes below `repo`. Refuses E_INIT; then every file is as it was. */
export function writeAll(repo: string, files: readonly PlannedFile[]): void {
  const undo: (() => void)[] = [];
  const temporary: string[] = [];
  try {
    const changing = files
      .filter(({ action }) => action !== "keep")
      .map((file) => {
        const path = join(repo, file.path);
        mkdirSync(dirname(path), { recursive: true });
        const beside = `${path}.${randomUUID()}`;
        temporary.push(beside);
        writeFileSync(beside, file.content, { flag: "wx" });
        return { path, beside, action: file.action };
      });
    for (const { path, beside, action } of changing) {
      if (action === "create") {
        // Unlike a rename, a link fails where someone has made the file in the meantime.
        linkSync(beside, path);
        undo.push(() => rmSync(path));
      } else {
        const before = readFileSync(path);
        renameSync(beside, path);
        undo.push(() => writeFileSync(path, before));
      }
    }
  } catch (error) {
    for (const back of undo.toReversed()) back();
    throw new Refusal(
      "E_INIT",
      {
        what: `the files could not be written: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`,
        state: "every file is as it was",
        next: "see that the folder environments can be written, then run the same command again",
      },
      { cause: error },
    );
  } finally {
    for (const path of temporary) rmSync(path, { force: true });
  }
}
