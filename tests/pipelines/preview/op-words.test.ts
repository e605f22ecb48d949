// The words for kinds of changes: the same counts on a terminal and in Markdown.
import { expect, it } from "vitest";
import { countsText } from "../../../pipelines/preview/op-words.ts";

const none = { create: 0, update: 0, replace: 0, delete: 0, same: 0, read: 0, refresh: 0 };

it("counts what ends first, and leaves out what is only read", () => {
  const counts = { create: 1, update: 2, replace: 3, delete: 4, same: 5, read: 6, refresh: 7 };
  expect(countsText(counts)).toBe(
    "3 to replace, 4 to delete, 2 to update, 7 drifted, 1 to create, 5 unchanged",
  );
  expect(countsText({ ...none, read: 1 })).toBe("no resources");
});
