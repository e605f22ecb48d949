// What `npm start -- --once --json` prints and leaves, on a small fleet: one document, and nothing running.
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeWorld, processesOf, small } from "../support/world.ts";

const world = makeWorld();

beforeAll(() => {
  const rollout = {
    waves: [1, 5, "100%"],
    minHealthy: "60%",
    failureBudget: 1,
    judge: { confidence: "95%" },
  };
  world.describe(small({ nodes: 12, rollout }, { nodes: 3 }));
});
afterAll(() => world.end());

test("two good releases go through, the broken one comes back by itself, and all of it is taken down", async () => {
  const { code, document, stderr } = await world.json("rehearse", "local/test", "--once");
  expect(code, stderr).toBe(0);
  expect(document).toMatchObject({ nodes: 15, failedRequests: 0, cutSessions: 0, worked: true });
  expect(document["requests"]).toBeGreaterThan(100);
  expect(document["sessions"]).toBeGreaterThan(50);
  expect(document["seconds"]).toBeGreaterThan(0);
  expect(
    document["releases"].map((one: any) => [one.service, one.release, one.outcome, one.touchedNodes]),
  ).toEqual([
    ["app", "rehearsal-1", "deployed", 3],
    ["server", "rehearsal-1", "deployed", 12],
    ["app", "rehearsal-2", "deployed", 3],
    ["server", "rehearsal-2", "deployed", 12],
    ["server", "rehearsal-3", "rolled-back", 5],
  ]);
  expect(document["releases"].at(-1).reason).toMatch(
    /latencyP95 .* on 5 updated nodes against .* on 7 others/,
  );
  expect(processesOf(world.repo)).toEqual([]);
  const ledger = await world.json<Record<string, string>[]>("ledger");
  expect(ledger.document.map(({ verb }) => verb)).toContain("release");
  expect(ledger.document.at(-1)?.["verb"]).toBe("down");
});
