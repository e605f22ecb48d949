// The acts of the rehearsed push fit the samples and descriptions as they are now.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { edited, pushActs } from "../../../pipelines/rehearsal/push-acts.ts";

const root = join(import.meta.dirname, "../../..");

test("every edit finds its words, in order, and changes something", () => {
  const texts = new Map<string, string>();
  for (const edit of pushActs.flatMap(({ edits }) => edits)) {
    const before = texts.get(edit.path) ?? readFileSync(join(root, edit.path), "utf8");
    const after = edited(before, edit);
    expect(after).not.toBe(before);
    texts.set(edit.path, after);
  }
  expect(texts.get("environments/prod.yaml")).toContain("nodes: 60");
});

test("words that are gone are said, not passed over", () => {
  expect(() => edited("text", { path: "a.ts", before: "other", after: "" })).toThrow("a.ts does not hold");
});
