// One delivery at a time, first come first served, also after somebody in the queue has died.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseName } from "../../../environments/name.ts";
import { inTurn } from "../../../pipelines/delivery/queue.ts";
import { openStore } from "../../../pipelines/drivers/store-sqlite.ts";
import { drawTicket } from "../../../pipelines/drivers/tickets.ts";

let repo: string;
beforeEach(() => {
  repo = realpathSync(mkdtempSync(join(tmpdir(), "surefoot-queue-")));
});
afterEach(() => rmSync(repo, { recursive: true, force: true }));

const never = new AbortController().signal;

test("three at once go one after another, in the order in which they came", async () => {
  const order: string[] = [];
  let inside = 0;
  const one = (name: string): Promise<void> =>
    inTurn(repo, { reason: name, waiting: () => {}, signal: never }, async () => {
      inside += 1;
      expect(inside).toBe(1);
      order.push(name);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    });
  await Promise.all([one("first"), one("second"), one("third")]);
  expect(order).toEqual(["first", "second", "third"]);
});

test("who waits is told behind how many, and can leave", async () => {
  const [release, leave] = [Promise.withResolvers<void>(), new AbortController()];
  const begun = Promise.withResolvers<void>();
  const first = inTurn(repo, { reason: "a", waiting: () => {}, signal: never }, () => {
    begun.resolve();
    return release.promise;
  });
  await begun.promise;
  const told = Promise.withResolvers<number>();
  const second = inTurn(repo, { reason: "b", waiting: told.resolve, signal: leave.signal }, () =>
    Promise.resolve(),
  );
  expect(await told.promise).toBe(1);
  leave.abort(new Error("left"));
  await expect(second).rejects.toThrow("left");
  release.resolve();
  await first;
});

test("a refusal of the work itself is no reason to try again", async () => {
  let tried = 0;
  const run = inTurn(repo, { reason: "a", waiting: () => {}, signal: never }, async () => {
    tried += 1;
    throw new Error("broken");
  });
  await expect(run).rejects.toThrow("broken");
  expect(tried).toBe(1);
});

test("a process that died in the queue keeps nobody waiting", async () => {
  const folder = join(repo, "tickets");
  const file = JSON.stringify(join(import.meta.dirname, "../../../pipelines/drivers/tickets.ts"));
  const script = `import { drawTicket } from ${file}; drawTicket(${JSON.stringify(folder)}); console.log("drawn"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  using mine = drawTicket(folder);
  expect(mine.before()).toBe(1);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(mine.before()).toBe(0);
});

test("takes no name that an environment could have", async () => {
  const keys = await inTurn(repo, { reason: "a", waiting: () => {}, signal: never }, async () => {
    const store = await openStore(join(repo, ".surefoot", "store"));
    const found = await store.list("lease/");
    await store.close();
    return found.map((key) => decodeURIComponent(key.replace("lease/", "")));
  });
  expect(keys.map((key) => parseName(key).ok)).toEqual([false]);
});
