// The samples in the first wave: a canary of another shape fails it, whatever the judge says; later waves ask nobody.
import { expect, test } from "vitest";
import { keepsContract } from "../../../../pipelines/promotion/contracts/canary.ts";
import type { WaveVerdict } from "../../../../pipelines/observe/verdict.ts";
import type { Run } from "../../../../pipelines/rollout/context.ts";
import { answering, aSample } from "../../../support/answering.ts";
import type { Reply } from "../../../support/answering.ts";
import { aGroup, aRun } from "../../../support/fleet.ts";
import { aFleet, aPlan, aRequest } from "../../../support/rollout.ts";

const passed: WaveVerdict = { verdict: "pass", reason: "no harm", evidence: ["latency is the same"] };
const home = aSample({
  name: "home",
  http: { path: "/" },
  expect: { status: 200, body: { type: "object", required: ["id"] } },
});
const order = aSample({
  name: "order",
  http: { method: "POST", path: "/orders" },
  expect: { status: 201 },
});

/** A run whose first node answers as told; the notes of its journal. */
async function canary(reply: Reply, more: { samples?: Run["samples"]; reached?: boolean } = {}) {
  const { base, asked } = await answering(() => reply);
  const plan = aPlan(aRequest(4), aFleet(4));
  const run: Run & { noted: object[] } = {
    ...aRun(plan, aGroup(["app-01", "app-02", "app-03", "app-04"], "r1")),
    samples: more.samples ?? [home, order],
    noted: [],
    note: async (entry) => void run.noted.push(entry),
  };
  const [wave] = plan.waves;
  if (wave === undefined) throw new Error("no wave");
  for (const name of wave.nodes) run.upSince.set(name, 0);
  if (more.reached !== false) for (const node of run.nodes.values()) node.address = async () => ({ base });
  return { run, wave, asked };
}

test("an answer of the right shape leaves the verdict as it is, and is in the journal", async () => {
  const { run, wave, asked } = await canary({ body: { id: 1 } });
  expect(await keepsContract(run, wave, passed)).toBe(passed);
  expect(asked).toEqual(["GET /"]);
  expect(run.noted).toMatchObject([{ step: "contract", phase: "end", wave: 1, data: { samples: 1 } }]);
});

test.each<WaveVerdict>([passed, { verdict: "inconclusive", reason: "too few", evidence: [] }])(
  "another shape fails a wave that the judge calls $verdict",
  async (before) => {
    const { run, wave } = await canary({ body: { name: "x" } });
    const text = `${wave.nodes[0]}: sample home: /body/id: expected to be there, found nothing`;
    expect(await keepsContract(run, wave, before)).toEqual({
      verdict: "fail",
      reason: `1 of 1 contract sample failed on the canary: ${text}`,
      evidence: [...before.evidence, text],
    });
    expect(run.noted).toMatchObject([{ step: "contract", phase: "error" }]);
  },
);

test("nobody is asked where the wave has failed, in later waves, without samples, or where nodes are not reached", async () => {
  const failed: WaveVerdict = { verdict: "fail", reason: "crashed", evidence: [] };
  const { run, wave, asked } = await canary({ status: 500 });
  expect(await keepsContract(run, wave, failed)).toBe(failed);
  expect(await keepsContract(run, { ...wave, number: 2 }, passed)).toBe(passed);
  expect(asked).toEqual([]);
  const bare = await canary({ status: 500 }, { samples: [order] });
  expect(await keepsContract(bare.run, bare.wave, passed)).toBe(passed);
  const far = await canary({ status: 500 }, { reached: false });
  expect(await keepsContract(far.run, far.wave, passed)).toBe(passed);
  expect([bare.asked, far.asked]).toEqual([[], []]);
});

test("a wave that is only judged again asks nodes that were done before", async () => {
  const { run, wave, asked } = await canary({ body: { id: 1 } });
  await keepsContract(run, { ...wave, nodes: [] }, passed);
  expect(asked).toEqual(["GET /"]);
});
