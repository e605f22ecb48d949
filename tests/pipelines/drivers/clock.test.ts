// The clock that tells real time.
import { expect, test } from "vitest";
import { systemClock } from "../../../pipelines/drivers/clock.ts";

test("a sleep lasts as long as asked", async () => {
  const before = performance.now();
  await systemClock.sleep(0.05);
  // Timers may fire up to a millisecond early.
  expect(performance.now() - before).toBeGreaterThanOrEqual(49);
});

test("a sleep ends at once with the reason of an abort", async () => {
  const controller = new AbortController();
  const sleep = systemClock.sleep(3600, controller.signal);
  const reason = new Error("stop now");
  controller.abort(reason);
  await expect(sleep).rejects.toBe(reason);
});

test("an aborted signal starts no sleep", async () => {
  const reason = new Error("already");
  await expect(systemClock.sleep(3600, AbortSignal.abort(reason))).rejects.toBe(reason);
});
