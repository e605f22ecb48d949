// An environment under review without an engine: a real repository, real keys and a real store; what the engine would do is given.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { loadDescription } from "../../environments/loader.ts";
import type { PlannedResource } from "../../infra/planned.ts";
import { openPins } from "../../pipelines/drivers/pins.ts";
import type { Workspace } from "../../pipelines/environment/workspace.ts";
import type { Refusal } from "../../pipelines/errors.ts";
import { openJournal } from "../../pipelines/journal/journal.ts";
import type { Manifest } from "../../pipelines/release/manifest.ts";
import { approve } from "../../pipelines/review/approve.ts";
import type { Approval } from "../../pipelines/review/approval.ts";
import type { Approved, ReviewedRelease } from "../../pipelines/review/change.ts";
import { openReview } from "../../pipelines/review/gate.ts";
import { scopeOf } from "../../pipelines/review/ground.ts";
import { propose } from "../../pipelines/review/propose.ts";
import type { Proposal } from "../../pipelines/review/propose.ts";
import { manualClock } from "./clock.ts";
import { aManifest } from "./manifest.ts";
import { approverLine, beginGit, commitAs, makePeople } from "./reviewed.ts";
import type { Person } from "./reviewed.ts";
import { temporaryStore } from "./store.ts";

export type ReviewRig = Awaited<ReturnType<typeof reviewRig>>;

export const described = (approval = "{ people: 1 }", nodes = 3): string =>
  `platform: local\napproval: ${approval}\nservices:\n  app: { kind: http, nodes: ${nodes}, source: app, build: "true", start: node main.mjs }\n`;

/** A resource that would be updated, by default from three to four of something. */
export const anUpdate = (change: Partial<PlannedResource> = {}): PlannedResource => ({
  urn: "urn:pulumi:prod::surefoot::surefoot:local:Node::app-01",
  type: "surefoot:local:Node",
  name: "app-01",
  op: "update",
  old: { size: 3 },
  new: { size: 4 },
  protect: false,
  replaceKeys: [],
  ...change,
});

/** dev@ writes and commits; ann, bob and cat may approve. `prod` was never carried out. */
export async function reviewRig(approval?: string) {
  const repo = mkdtempSync(join(tmpdir(), "surefoot-review-"));
  const people = makePeople();
  onTestFinished(() => {
    people.end();
    rmSync(repo, { recursive: true, force: true });
  });
  const clock = manualClock();
  const { store, tamper } = await temporaryStore(clock);
  const [ann, bob, cat] = ["ann", "bob", "cat"].map((name) => people.person(`${name}@example.com`)) as [
    Person,
    Person,
    Person,
  ];
  beginGit(repo);
  commitAs(repo, "dev@example.com", {
    "environments/prod.yaml": described(approval),
    "environments/approvers": [ann, bob, cat].map((one) => approverLine(one)).join(""),
    "app/main.mjs": "1",
  });
  const engine: { state: string; planned: PlannedResource[]; refusal?: Refusal } = {
    state: "none",
    planned: [anUpdate()],
  };
  const preview = async (): Promise<PlannedResource[]> => {
    if (engine.refusal !== undefined) throw engine.refusal;
    return engine.planned;
  };
  const manifests = new Map<string, Manifest>();
  const workspace = (): Workspace => {
    const loaded = loadDescription(join(repo, "environments"), "prod");
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.complaints));
    const stack = { preview, version: async () => engine.state };
    const read = async (_service: string, release: string) => manifests.get(release);
    return {
      repo,
      store,
      who: "runner@host",
      clock,
      name: { id: "prod", description: "prod", local: false, stack: "prod" },
      description: loaded.description,
      pins: openPins(join(repo, "environments/releases/prod.json")),
      journal: openJournal(store),
      artifacts: { manifests: { read } },
      platform: { admit: async () => {} },
      stack: async () => stack,
    } as unknown as Workspace;
  };
  const { signal } = new AbortController();
  const proposal = (scope: Partial<Parameters<typeof propose>[1]> = {}): Promise<Proposal> =>
    propose(workspace(), { infra: true, releases: [], acknowledged: [], signal, ...scope });
  return {
    repo,
    store,
    tamper,
    clock,
    people,
    ann,
    bob,
    cat,
    engine,
    workspace,
    proposal,
    /** A release that was built from this commit. */
    release: (release: string, commit: string | null, change: Partial<Manifest> = {}) =>
      void manifests.set(release, aManifest({ service: "app", release, commit, builtBy: "ci", ...change })),
    commit: (files: Record<string, string | null> = {}, who: Person | string = "dev@example.com") =>
      commitAs(repo, who, files),
    /** Signs what would be done now. */
    approve: async (
      { key }: Person,
      scope: Partial<Parameters<typeof propose>[1]> = {},
      as?: string,
    ): Promise<Approval> =>
      approve(workspace(), await proposal(scope), {
        key,
        as,
        acknowledged: scope.acknowledged ?? [],
        reason: "looks good",
        tell: () => {},
      }),
    /** What `up` does before its first change. */
    pass: async (
      releases: readonly Pick<ReviewedRelease, "service" | "to">[] = [],
    ): Promise<Approved | null | undefined> => {
      const scope = { infra: true, releases: releases.map(scopeOf) };
      const review = await openReview(workspace(), scope, async () => engine.state);
      return review?.pass(engine.planned);
    },
  };
}
