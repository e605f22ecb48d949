// What a remote may be called, and which branch it may deliver: whatever git would not take is refused before anything is made.
import { expect, test } from "vitest";
import { addRemote } from "../../../pipelines/remote/add.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { temporaryFolder } from "../../support/store.ts";

test.each([
  ["Rehearsal", "main"],
  ["--upload-pack=x", "main"],
  ["here", "--force"],
  ["here", "a..b"],
  ["here", "a/"],
  ["here", "a//b"],
  ["here", "a/.b"],
  ["here", "main.lock"],
])("%s with branch %s is refused", async (name, branch) => {
  const order = { repo: temporaryFolder(), name, branch, environments: [] };
  expect((await refusalFrom(addRemote(order))).code).toBe("E_USAGE");
});

test("a branch with slashes and dots is one", async () => {
  const order = { repo: temporaryFolder(), name: "here", branch: "release/1.x", environments: ["prod"] };
  expect((await refusalFrom(addRemote(order))).code).toBe("E_ENVIRONMENT");
});
