// What counts as a failure and what is only "not launched yet".
import { expect, test } from "vitest";
import { Tally } from "../../../examples/traffic/tally.ts";

test("failed joins count only after the first session", () => {
  const tally = new Tally();
  tally.failedJoin("nobody there");
  expect(tally.line()).toMatchObject({ failedJoins: 0 });
  tally.sessionStarted("r1");
  tally.failedJoin("gone");
  expect(tally.line()).toMatchObject({ failedJoins: 1, releases: { app: {}, server: { r1: 1 } } });
  expect(tally.samples).toEqual([{ at: expect.any(String), what: "gone" }]);
});

test("a session that its player left is not cut", () => {
  const tally = new Tally();
  tally.sessionStarted("r1");
  tally.sessionStarted("r1");
  tally.sessionEnded(undefined);
  tally.sessionEnded("closed with 1012");
  expect(tally.line()).toMatchObject({ sessions: 2, activeSessions: 0, cutSessions: 1 });
});

test("p95 is that of the latest 500 requests", () => {
  const tally = new Tally();
  expect(tally.line().p95Ms).toBeNull();
  for (let ms = 1; ms <= 1000; ms += 1) tally.answered("r1", ms);
  expect(tally.line().p95Ms).toBe(975);
});

test("at most 20 failures are kept as samples", () => {
  const tally = new Tally();
  for (let index = 0; index < 30; index += 1) tally.failedRequest(`failure ${index}`);
  expect(tally.line()).toMatchObject({ requests: 30, failedRequests: 30 });
  expect(tally.samples).toHaveLength(20);
});
