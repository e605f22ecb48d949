// Which errors of a store become refusals, and which stay bugs.
import { expect, test } from "vitest";
import { storeFailure } from "../../../pipelines/drivers/store-failure.ts";

const sqlite = (errcode: number) => Object.assign(new Error("raw"), { code: "ERR_SQLITE_ERROR", errcode });
const system = (code: string) => Object.assign(new Error("raw"), { code, syscall: "write" });

test.each([
  [sqlite(13), "the disk is full"],
  [system("ENOSPC"), "the disk is full"],
  [sqlite(5), "keeps it locked"],
  [sqlite(261), "keeps it locked"],
  [sqlite(1544), "cannot be written"],
  [system("EACCES"), "cannot be written"],
  [sqlite(779), "damaged"],
  [sqlite(10), "failed"],
])("%s says: %s", (error, says) => {
  const said = {
    message: expect.stringContaining(says),
    state: expect.any(String),
    next: expect.any(String),
  };
  expect(storeFailure(error, "p")).toMatchObject({
    code: "E_STORE",
    cause: error,
    details: ["raw"],
    ...said,
  });
});

test("a mistake in the code stays a bug", () => {
  const bug = new TypeError("x is not a function");
  expect(storeFailure(bug, "p")).toBe(bug);
});
