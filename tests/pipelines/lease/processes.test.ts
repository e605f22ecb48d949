// Real processes that want the same lease.
import { expect, test } from "vitest";
import { systemClock } from "../../../pipelines/drivers/clock.ts";
import type { Store } from "../../../pipelines/drivers/store.ts";
import { Refusal } from "../../../pipelines/errors.ts";
import { withLease } from "../../../pipelines/lease/lease.ts";
import { storeChild, temporaryStore } from "../../support/store.ts";

const rounds = 10;

/** Asks for the lease until it is given; the token it comes with. */
async function takeOver(store: Store): Promise<number> {
  const request = { environment: "local/prod", holder: "the test", reason: "next" };
  for (;;) {
    try {
      return await withLease(store, systemClock, request, async ({ token }) => token);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "E_LEASE_HELD") throw error;
      await systemClock.sleep(0.02);
    }
  }
}

test("of eight processes exactly one gets the lease, in every round, with a higher token", async () => {
  const { folder } = await temporaryStore();
  const children = Array.from({ length: 8 }, (_, index) => storeChild(folder, `child ${index}`, "600"));
  await Promise.all(children.map(({ ask }) => ask("ready")));
  const tokens: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const answers = await Promise.all(children.map(({ ask }) => ask("take")));
    const winner = answers.findIndex((answer) => answer.startsWith("took"));
    expect(answers.filter((answer) => answer === "E_LEASE_HELD")).toHaveLength(7);
    tokens.push(Number(answers[winner]?.split(" ")[1]));
    expect(await children[winner]?.ask("give")).toBe("gave");
  }
  expect(tokens).toEqual(Array.from({ length: rounds }, (_, index) => index + 1));
});

test("the lease of a killed process expires by itself", async () => {
  const { folder, store } = await temporaryStore();
  const child = storeChild(folder, "victim", "0.5");
  expect(await child.ask("take")).toBe("took 1");
  child.kill("SIGKILL");
  await child.gone;
  expect(await takeOver(store)).toBe(2);
});

test("a stopped process that wakes after its time may do nothing more", async () => {
  const { folder, store } = await temporaryStore();
  const child = storeChild(folder, "sleeper", "2");
  expect(await child.ask("take")).toBe("took 1");
  expect(await child.ask("check")).toBe("stands");
  child.kill("SIGSTOP");
  expect(await takeOver(store)).toBe(2);
  const answer = child.ask("check");
  child.kill("SIGCONT");
  expect(await answer).toBe("E_LEASE_LOST");
  expect(await child.ask("give")).toBe("E_LEASE_LOST");
});
