// Whose lock on a stack it is: only a dead holder on this machine leaves one that may be cleared.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { livingHolders } from "../../../pipelines/drivers/engine-lock.ts";
import { temporaryFolder } from "../../support/store.ts";

const deadPid = spawnSync(process.execPath, ["-e", ""]).pid;

function lock(content: unknown, stack = "local-prod"): string {
  const backend = temporaryFolder();
  const folder = join(backend, ".pulumi", "locks", "organization", "surefoot", stack);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "a-lock.json"), typeof content === "string" ? content : JSON.stringify(content));
  return backend;
}

test.each([
  ["a dead process of this machine", { pid: deadPid, username: "ann", hostname: hostname() }, []],
  [
    "a living process",
    { pid: process.pid, username: "ann", hostname: hostname() },
    [`ann@${hostname()} pid ${process.pid}`],
  ],
  [
    "a process of another machine, of which we cannot know",
    { pid: deadPid, username: "bob", hostname: "elsewhere" },
    [`bob@elsewhere pid ${deadPid}`],
  ],
  ["a damaged lock", "{", []],
])("%s", (_name, content, holders) => {
  expect(livingHolders(lock(content), "local-prod")).toEqual(holders);
});

test("the lock of another stack is none of ours", () => {
  const backend = lock({ pid: process.pid, username: "ann", hostname: hostname() }, "local-dev");
  expect(livingHolders(backend, "local-prod")).toEqual([]);
  expect(livingHolders(temporaryFolder(), "local-prod")).toEqual([]);
});
