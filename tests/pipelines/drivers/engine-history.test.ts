// The engine's history stays bounded: the newest files of one stack stay, those of others are not looked at.
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pruneHistory } from "../../../pipelines/drivers/engine-history.ts";
import { temporaryFolder } from "../../support/store.ts";

function filled(backend: string, kind: string, stack: string, count: number): string {
  const folder = join(backend, ".pulumi", kind, "surefoot", stack);
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < count; index += 1) {
    writeFileSync(join(folder, `file-${index}`), "");
    utimesSync(join(folder, `file-${index}`), 1000 + index, 1000 + index);
  }
  return folder;
}

test("the newest files of the stack stay", () => {
  const backend = temporaryFolder();
  const history = filled(backend, "history", "local-prod", 10);
  const backups = filled(backend, "backups", "local-prod", 2);
  const other = filled(backend, "history", "local-dev", 10);
  pruneHistory(backend, "surefoot", "local-prod", 3);
  expect(readdirSync(history).toSorted()).toEqual(["file-7", "file-8", "file-9"]);
  expect([readdirSync(backups).length, readdirSync(other).length]).toEqual([2, 10]);
});

test("a backend without history is no error", () => {
  expect(() => pruneHistory(temporaryFolder(), "surefoot", "local-prod")).not.toThrow();
});
