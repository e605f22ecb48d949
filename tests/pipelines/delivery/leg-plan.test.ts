// What a change brings to one environment: what was taken back stays away, a mended config comes, and what stays behind is told.
import { expect, test } from "vitest";
import { judgedLater, planLeg } from "../../../pipelines/delivery/leg-plan.ts";
import type { LegPlan } from "../../../pipelines/delivery/leg-plan.ts";
import { releaseNameFor } from "../../../pipelines/delivery/source.ts";
import { aManifest } from "../../support/manifest.ts";
import { commit, git } from "../../support/git.ts";
import { promoting } from "../../support/promotion-place.ts";

const planning = { builds: false, say: () => {}, signal: new AbortController().signal };
const verifiedAt = "2026-11-22T11:00:00.000Z";
const since = verifiedAt;

/** staging, which builds, with its release made from a commit. */
async function built() {
  const place = promoting();
  git(place.repo, "init", "--quiet");
  commit(place.repo, { ".gitignore": "*.tar\n.surefoot\n", "source/app/main.ts": "1", app: "1" });
  const workspace = place.open("staging");
  const service = workspace.description.services["app"];
  if (service === undefined) throw new Error("there is no app");
  const release = (await releaseNameFor(place.repo, service)) ?? "";
  await workspace.artifacts.manifests.publish(aManifest({ release, builtBy: "surefoot deliver" }));
  const plan = () => planLeg(place.open("staging"), planning);
  return { ...place, release, plan };
}

test("a config that was taken back stays away, and a mended one comes", async () => {
  const { describe, pin, plan } = await built();
  const [first] = (await plan()).releases;
  if (first === undefined) throw new Error("nothing is planned");
  const { target: bad } = first;
  const current = { ...bad, id: `${bad.release}+00000000` };
  const hold = { release: bad.release, id: bad.id, since, reason: "slow", all: false };
  pin("staging", { current, history: [], verifiedAt, hold });
  const kept = await plan();
  expect([kept.releases, kept.kept]).toEqual([
    [],
    [expect.objectContaining({ to: bad.id, outcome: "held", reason: expect.stringContaining("slow") })],
  ]);
  describe("staging", { config: { GREETING: "mended" } });
  expect((await plan()).releases).toMatchObject([{ service: "app", from: current.id, promoted: false }]);
  pin("staging", { current, history: [], verifiedAt, hold: { ...hold, all: true } });
  expect((await plan()).releases).toEqual([]);
});

test("the config of a release that runs already is brought by itself, but not the one that was taken back", async () => {
  const { describe, pin, release, open } = promoting();
  const r1 = await release("r1");
  pin("staging", { current: r1, history: [], verifiedAt });
  pin("prod", { current: r1, history: [], verifiedAt });
  describe("prod", { config: { GREETING: "hi" }, promotion: { after: "staging", soak: "0s" } });
  const plan = () => planLeg(open("prod"), planning);
  const [next] = (await plan()).releases;
  expect(next).toMatchObject({ from: r1.id, promoted: false });
  const hold = { release: "r1", id: next?.target.id ?? "", since, reason: "slow", all: false };
  pin("prod", { current: r1, history: [], verifiedAt, hold });
  expect(await plan()).toMatchObject({ releases: [], kept: [{ outcome: "held" }] });
});

test("what the environment before does not let go on is told, with the reason", async () => {
  const { pin, release, open } = promoting();
  const [r1, r2] = [await release("r1"), await release("r2")];
  pin("staging", { current: r2, history: [] });
  pin("prod", { current: r1, history: [], verifiedAt });
  expect(await planLeg(open("prod"), planning)).toMatchObject({
    releases: [],
    kept: [{ to: "r2", outcome: "not promoted", reason: expect.stringContaining("not verified there yet") }],
  });
});

test("what up could not put on the old release is judged by its own service's rollout, whatever its node is called", () => {
  const releases = [{ service: "app" }] as LegPlan["releases"];
  const failed = (service: string, node: string) => ({ service, node, reason: "sessions" });
  expect(judgedLater({ releases }, failed("app", "i-0abc"))).toBe(true);
  expect(judgedLater({ releases }, failed("app-admin", "app-admin-01"))).toBe(false);
});
