// Real processes that want the same lease.
import { expect, test } from "vitest";
import { systemClock } from "../../../pipelines/drivers/clock.ts";
import type { Store } from "../../../pipelines/drivers/store.ts";
import { Refusal } from "../../../pipelines/errors.ts";
import { readLease } from "../../../pipelines/lease/claim.ts";
import { withLease } from "../../../pipelines/lease/lease.ts";
import { storeChild, temporaryStore } from "../../support/store.ts";

const rounds = 10;

interface TakenOver {
  token: number;
  acquiredAt: number;
  /** The store's time before the last request that was refused. */
  refusedAt: number;
}

/** Asks for the lease until it is given; the token it comes with, and the store's time at which it was. */
async function takeOver(store: Store): Promise<TakenOver> {
  const request = { environment: "local/prod", holder: "the test", reason: "next" };
  let refusedAt = 0;
  for (;;) {
    const askedAt = await store.now();
    try {
      return await withLease(store, systemClock, request, async ({ token, acquiredAt }) => ({
        token,
        acquiredAt,
        refusedAt,
      }));
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "E_LEASE_HELD") throw error;
      refusedAt = askedAt;
      await systemClock.sleep(0.02);
    }
  }
}

test("of eight processes exactly one gets the lease, in every round, with a higher token", async () => {
  const { place } = await temporaryStore();
  const children = Array.from({ length: 8 }, (_, index) => storeChild(place, `child ${index}`, "600"));
  await Promise.all(children.map(({ ask }) => ask("ready")));
  const tokens: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const answers = await Promise.all(children.map(({ ask }) => ask("take")));
    const winner = answers.findIndex((answer) => answer.startsWith("took"));
    expect(answers.filter((answer) => answer === "E_LEASE_HELD")).toHaveLength(7);
    tokens.push(Number(answers[winner]?.split(" ")[1]));
    expect(await children[winner]?.ask("give")).toBe("gave");
  }
  expect(tokens).toHaveLength(rounds);
  expect(tokens.every((token, index) => token > (tokens[index - 1] ?? 0))).toBe(true);
});

test("the lease of a killed process outlives it until its expiry, and not longer", async () => {
  const { place, store } = await temporaryStore();
  const child = storeChild(place, "victim", "2");
  const taken = Number((await child.ask("take")).split(" ")[1]);
  child.kill("SIGKILL");
  await child.gone;
  const left = await readLease(store, "local/prod");
  const { token, acquiredAt, refusedAt } = await takeOver(store);
  expect(token).toBeGreaterThan(taken);
  const expiresAt = left?.expiresAt ?? 0;
  expect(acquiredAt).toBeGreaterThanOrEqual(expiresAt);
  expect(refusedAt).toBeLessThanOrEqual(expiresAt);
});

test("a stopped process that wakes after its time may do nothing more", async () => {
  const { place, store } = await temporaryStore();
  const child = storeChild(place, "sleeper", "2");
  const taken = Number((await child.ask("take")).split(" ")[1]);
  expect(await child.ask("check")).toBe("stands");
  child.kill("SIGSTOP");
  expect((await takeOver(store)).token).toBeGreaterThan(taken);
  const answer = child.ask("check");
  child.kill("SIGCONT");
  expect(await answer).toBe("E_LEASE_LOST");
  expect(await child.ask("give")).toBe("E_LEASE_LOST");
});
