// Reading the list of faults: every form understood, every mistake told.
import { expect, test } from "vitest";
import { parseFaults } from "../../examples/faults.ts";

test("no faults are a healthy release", () => {
  const { faults, complaints } = parseFaults("");
  expect(complaints).toEqual([]);
  expect(faults).toMatchObject({ errorShare: 0, slowFactor: 1, leakBytesPerSecond: 0, crashOnStart: false });
});

test("all faults can be combined", () => {
  const text = "crash-on-start, crash-after:1500ms,errors:20%,slow:80%,leak:40MiB,never-ready,hang-on-stop";
  expect(parseFaults(text)).toEqual({
    complaints: [],
    faults: {
      crashOnStart: true,
      crashAfterMs: 1500,
      errorShare: 0.2,
      slowFactor: 1.8,
      leakBytesPerSecond: 40 * 1024 ** 2,
      neverReady: true,
      hangOnStop: true,
    },
  });
});

test.each([
  "errors",
  "errors:20",
  "errors:120%",
  "slow:-5%",
  "crash-after:soon",
  "leak:40MB",
  "never-ready:yes",
])("%s is malformed", (text) => {
  expect(parseFaults(text).complaints).toEqual([expect.stringMatching(/is malformed, write it like /)]);
});

test("each unknown fault is told, and names of objects are no faults", () => {
  expect(parseFaults("explode,slow:80%,toString").complaints).toEqual([
    expect.stringContaining('"explode" is unknown'),
    expect.stringContaining('"toString" is unknown'),
  ]);
});
