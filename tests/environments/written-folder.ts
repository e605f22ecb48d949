// A real folder of descriptions for one test, removed when the test is over.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { complaintText } from "../../environments/complaint.ts";
import { loadDescription } from "../../environments/loader.ts";

/** Writes `<name>.yaml` for each entry into a new folder called `environments` and returns its path. */
export function writtenFolder(files: Record<string, string | Uint8Array>): string {
  const root = mkdtempSync(join(tmpdir(), "surefoot-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "environments");
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, `${name}.yaml`), content);
  return folder;
}

/** The complaints about `prod` in such a folder, as lines; empty for a good description. */
export function complaintsAbout(files: Record<string, string | Uint8Array>, name = "prod"): string[] {
  const loaded = loadDescription(writtenFolder(files), name);
  return loaded.ok ? [] : loaded.complaints.map(complaintText);
}

/** A small good description; services.app begins in line 3, its keys in column 5. */
export const SMALL = `platform: local
services:
  app:
    kind: http
    nodes: 4
    source: examples/app
    build: make
    start: exec node main.mjs
`;
