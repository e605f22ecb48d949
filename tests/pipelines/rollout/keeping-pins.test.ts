// What the branch of the pins is told of a rollout: that it began, and how it ended.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openPins, verified } from "../../../pipelines/drivers/pins.ts";
import type { Workspace } from "../../../pipelines/environment/workspace.ts";
import type { Progress } from "../../../pipelines/rollout/context.ts";
import type { DeployResult } from "../../../pipelines/rollout/deploy.ts";
import { keepingPins } from "../../../pipelines/rollout/keeping-pins.ts";
import { commit, git, makeRepository } from "../../support/git.ts";
import { aDeployable } from "../../support/rollout.ts";

const begins = { type: "plan", plan: { target: aDeployable("r1") }, resumed: false } as unknown as Progress;
let [bare, repo] = ["", ""];
beforeEach(() => {
  [bare, repo] = [makeRepository("--bare"), makeRepository()];
  git(repo, "remote", "add", "origin", bare);
  commit(repo, { "app.ts": "1" });
  git(repo, "push", "--quiet", "origin", "main");
});
afterEach(() => {
  for (const one of [bare, repo]) rmSync(one, { recursive: true, force: true });
});

const told = (): string => git(bare, "log", "--format=%B", "main");

/** A rollout that writes pins as `deploy` does; null: it runs here already. */
async function rolledOut(
  end: Partial<DeployResult> | null,
  { id = "prod", isVerified = false, begun = () => {} } = {},
) {
  const pins = openPins(join(repo, "environments", "releases", "prod.json"));
  const name = { id, local: id !== "prod", description: "prod", stack: "prod" };
  const heard: Progress[] = [];
  const branch = { remote: "origin", branch: "main" };
  const keeping = { branch, service: "app", tell: (progress: Progress) => void heard.push(progress) };
  const pin = { current: aDeployable("r1"), history: [] };
  await keepingPins({ repo, name, pins } as unknown as Workspace, keeping, async (tell) => {
    if (end === null) return { deployed: null };
    pins.write("app", pin);
    tell(begins);
    await vi.waitFor(begun, { timeout: 60_000 });
    const last = { ...pin, history: [aDeployable("r0")] };
    pins.write("app", isVerified ? verified(last, 0) : last);
    const result = { outcome: "deployed", release: "r1", service: "app", reason: "why", evidence: ["seen"] };
    return { deployed: { ...result, ...end } as DeployResult };
  });
  return heard;
}

test.each([
  [{}, true, "prod: app r1 is verified"],
  [{}, false, "prod: app r1 is not verified\n\nseen"],
  [{ outcome: "paused" }, false, "prod: app r1 is not verified\n\nwhy"],
  [{ outcome: "rolled-back" }, false, 'Revert "prod: app r1"\n\nrolled-back: why'],
  [{ outcome: "incomplete" }, true, 'Revert "prod: app r1"\n\nincomplete: why'],
] as const)("%j, verified %s", async (end, isVerified, message) => {
  // Its end is not written before git has its beginning.
  const begun = () => expect(told()).toBe("prod: app r1\n\nchange");
  expect(await rolledOut(end, { isVerified, begun })).toEqual([begins]);
  expect(told()).toBe(`${message}\n\nprod: app r1\n\nchange`);
  expect(git(bare, "show", "main:environments/releases/prod.json")).toContain('"r0"');
});

test("commits nothing where nothing was rolled out, and nothing of a rehearsal", async () => {
  await rolledOut(null);
  await rolledOut({}, { id: "local/prod" });
  expect(told()).toBe("change");
});

test("a branch that cannot be reached does not end the rollout half way: its end says so", async () => {
  git(repo, "remote", "set-url", "origin", join(bare, "gone"));
  await expect(rolledOut({})).rejects.toMatchObject({ code: "E_PINS_PUSH" });
  expect(openPins(join(repo, "environments", "releases", "prod.json")).of("app").history).toHaveLength(1);
});
