// What an answer's time proves of this machine's clock.
import { expect, test } from "vitest";
import { leastAhead } from "../../../../pipelines/environment/doctor/aws-probes.ts";

test.each([
  ["the same clock", { sent: 10_700, got: 10_900, told: 10_000 }, 0],
  ["an answer that took long", { sent: 10_000, got: 70_000, told: 69_000 }, 0],
  ["an answer told before its way back took long", { sent: 10_000, got: 70_000, told: 10_000 }, 0],
  ["a clock that is ahead", { sent: 60_000, got: 60_100, told: 10_000 }, 49],
  ["a clock that is behind", { sent: 10_000, got: 10_100, told: 60_000 }, -49.9],
])("%s", (_name, times, seconds) => {
  expect(leastAhead(times)).toBe(seconds);
});
