// Tickets of a queue: a number of a process is not enough, for a dead one's may be given again.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { drawTicket } from "../../../pipelines/drivers/tickets.ts";
import { temporaryFolder } from "../../support/store.ts";

afterEach(() => void vi.useRealTimers());

/** A ticket that came before all others, last touched so many seconds ago. */
function left(folder: string, pid: number, seconds: number): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `000000000000001-1-${pid}`);
  writeFileSync(file, "");
  const at = Date.now() / 1000 - seconds;
  utimesSync(file, at, at);
  return file;
}

async function somebody(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  await once(child, "spawn");
  return child.pid ?? 0;
}

test("a ticket with our own number that we never drew is of a process that died, however new it is", () => {
  const folder = join(temporaryFolder(), "queue");
  const file = left(folder, process.pid, 0);
  using mine = drawTicket(folder);
  expect(mine.before()).toBe(0);
  expect(existsSync(file)).toBe(false);
});

test("another's counts while it is touched: an old one is of somebody who died, and had that number before", async () => {
  const folder = join(temporaryFolder(), "queue");
  const pid = await somebody();
  using mine = drawTicket(folder);
  left(folder, pid, 0);
  expect(mine.before()).toBe(1);
  left(folder, pid, 16);
  expect(mine.before()).toBe(0);
  // The clock was moved back since.
  left(folder, pid, -3600);
  expect(mine.before()).toBe(0);
  // It was only stopped, and goes on: its turn is its own again.
  left(folder, pid, 0);
  expect(mine.before()).toBe(1);
});

test("two of one process keep their order, and each is touched for as long as it waits", () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
  const folder = join(temporaryFolder(), "queue");
  const first = drawTicket(folder);
  using second = drawTicket(folder);
  expect([first.before(), second.before()]).toEqual([0, 1]);
  const [file] = readdirSync(folder).map((name) => join(folder, name));
  vi.advanceTimersByTime(60_000);
  expect(Math.abs(statSync(file ?? "").mtimeMs - Date.now())).toBeLessThan(5_001);
  first[Symbol.dispose]();
  expect(second.before()).toBe(0);
  expect(vi.getTimerCount()).toBe(1);
});
