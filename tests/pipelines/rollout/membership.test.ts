// Machines come and go while a rollout is under way: the platform replaces them by itself.
import { expect, it } from "vitest";
import { NodeTrouble } from "../../../pipelines/rollout/fleet.ts";
import { runRollout } from "../../../pipelines/rollout/run.ts";
import type { Group } from "../../support/fleet.ts";
import { aGroup, aRun } from "../../support/fleet.ts";
import { aDeployable, aFleet, aPlan, aRequest } from "../../support/rollout.ts";

const options = { freeze: [], breakGlass: false, acceptWave: false };
const [before, target] = [aDeployable("r1"), aDeployable("r2")];
const names = aFleet(6).map(({ name }) => name);

function rollOut(onStart: (name: string, group: Group) => void) {
  const policy = aRequest(6).policy;
  const plan = aPlan(aRequest(6, { policy: { ...policy, failureBudget: 1, minHealthy: 0.5 } }), aFleet(6));
  const group = aGroup(names, before.id, onStart);
  const run = aRun(plan, group);
  return { group, run, ended: runRollout(run, options) };
}

/** Does it at the first start only. */
function once(act: (name: string, group: Group) => void) {
  let done = false;
  return (name: string, group: Group): void => {
    if (done) return;
    done = true;
    act(name, group);
  };
}

it("lets a replaced machine go, and puts the one in its place on the target at the end", async () => {
  let replaced = "";
  const { group, run, ended } = rollOut(
    once((name, machines) => {
      replaced = name;
      machines.replace(name, "app-new");
    }),
  );
  const outcome = await ended;
  expect(outcome).toMatchObject({ outcome: "deployed", failedNodes: [] });
  expect(group.nodes.map(({ name }) => [name, group.runs(name)])).toEqual(
    [...names.filter((name) => name !== replaced), "app-new"].map((name) => [name, target.id]),
  );
  expect(run.told).toContain(`left ${replaced}`);
  expect(group.boot.id).toBe(target.id);
});

it("counts a machine that is still in its group and does not answer", async () => {
  let lost = "";
  const { ended } = rollOut(
    once((name, machines) => {
      lost = name;
      machines.lose(name);
    }),
  );
  const outcome = await ended;
  expect(outcome.failedNodes).toEqual([{ node: lost, reason: "no answer" }]);
});

it("takes the rollout back when more of those that joined fail than the budget allows", async () => {
  let [started, replaced] = [0, 0];
  const { group, ended } = rollOut((name, machines) => {
    if (name.startsWith("app-new")) throw new NodeTrouble(`${name}: no answer`);
    started += 1;
    if (started > 3 && replaced < 2) machines.replace(name, `app-new-${(replaced += 1)}`);
  });
  const outcome = await ended;
  expect(outcome.reason).toBe("2 nodes failed (failure budget 1)");
  expect(group.boot.id).toBe(before.id);
  expect(names.filter((name) => group.runs(name) === target.id)).toEqual([]);
});
