// The Pulumi engine as a driver: one stack of one environment, through the Automation API with an inline program.
import type { Description } from "../../environments/shape.ts";
import { parseOutputs } from "../../infra/outputs.ts";
import type { Outputs } from "../../infra/outputs.ts";
import type { PlannedResource } from "../../infra/planned.ts";
import { backendFor } from "./engine-backend.ts";
import { driftCollector } from "./engine-drift.ts";
import { changeCollector, planCollector } from "./engine-events.ts";
import type { ResourceChange } from "./engine-events.ts";
import { findByName, findInStandIn, findObject, findOnAws } from "./engine-find.ts";
import { adoptPending } from "./engine-pending.ts";
import { markProtected } from "./engine-protect.ts";
import type { Adoption, FindResource } from "./engine-pending.ts";
import { runEngine } from "./engine-run.ts";
import { stateVersion } from "./engine-state.ts";
import { withPlan } from "../preview/held-back.ts";
import { openEngine } from "./engine-workspace.ts";

export type { ResourceChange } from "./engine-events.ts";

export interface Stack {
  /**
   * Every resource of the plan, the unchanged ones too; nothing is changed. Drift (a dead process) is seen first. A plan that the
   * engine refuses for what is protected comes with the refusal (HeldBack).
   */
  preview: () => Promise<PlannedResource[]>;
  /**
   * What is no longer as the state has it, without our doing: `old` is what the state says, `new` what is there (null: it is
   * gone). Nothing is written. Resources that nobody took into the state are not seen; offline it is the stand-in that is
   * asked, which no one else can change: that says nothing of the cloud.
   */
  drift: () => Promise<PlannedResource[]>;
  /** Takes what a killed update had begun back into the state. Call before `up`. */
  adopt: () => Promise<Adoption>;
  /** Lets these go, or keeps them again from being deleted; names that nothing carries are passed over. The URNs it changed. */
  markProtected: (names: readonly string[], protect: boolean) => Promise<string[]>;
  /** Takes the engine's lock away, whoever holds it; tells who did. For a person who knows that the holder is gone. */
  unlock: () => Promise<string[]>;
  /** Makes the description real; heals drift. Tells each finished resource. */
  up: (onChange: (change: ResourceChange) => void) => Promise<ResourceChange[]>;
  /** `refresh`: looks at everything first, as it must where something was just adopted. */
  down: (onChange: (change: ResourceChange) => void, refresh?: boolean) => Promise<ResourceChange[]>;
  outputs: () => Promise<Outputs | undefined>;
  /** Which state the stack is in: `sha256:...` of all that the engine knows, "none" before the first update. */
  version: () => Promise<string>;
}

export interface StackOptions {
  repo: string;
  /** `local/prod`, for messages. */
  environment: string;
  /** `local-prod` */
  stack: string;
  description: Description;
  /** Folder that plays the cloud: the stack is offline, its state is apart, no real environment is reached. */
  standIn?: string | undefined;
  /** Offline stacks only: kubeconfig of an API server that plays the cluster in place of the folder. */
  standInKubeconfig?: string | undefined;
  /** Offline stacks only: what encrypts the state, in place of this clone's own. */
  passphrase?: string | undefined;
  /** Nodes whose machine is gone for good: they are deleted without asking it. */
  forget?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

/** Opens (and where needed makes) the stack. Refuses with E_ENGINE when no engine is there. */
export async function openStack(options: StackOptions): Promise<Stack> {
  const { signal, environment, standIn, standInKubeconfig } = options;
  const { platform } = options.description;
  const backend = backendFor(options);
  const stack = await openEngine({ ...options, backend });
  // At most this many at a time: each local resource starts a process, and two cores gain nothing from more.
  const common = { parallel: 16, ...(signal === undefined ? {} : { signal }) };
  // What only a folder knows cannot have drifted.
  const refresh = standIn === undefined || standInKubeconfig !== undefined;
  const guarded = <T>(operation: () => Promise<T>, changes = false): Promise<T> =>
    runEngine(stack, operation, { backend, environment, platform, changes, signal });
  const changing = async <T>(operation: () => Promise<T>): Promise<T> => {
    const result = await guarded(operation, true);
    // Only here: who may only look may not delete either.
    await backend.prune(options.stack);
    return result;
  };
  return {
    preview: async () => {
      const { take, planned } = planCollector();
      try {
        await guarded(() => stack.preview({ ...common, refresh, onEvent: take }));
      } catch (error) {
        throw withPlan(error, planned());
      }
      return planned();
    },
    drift: async () => {
      const { take, drifted } = driftCollector();
      await guarded(() => stack.previewRefresh({ ...common, onEvent: take }));
      return drifted();
    },
    adopt: () => guarded(() => adoptPending(stack, finderOf(options))),
    markProtected: (names, protect) => guarded(() => markProtected(stack, names, protect)),
    unlock: async () => {
      const holders = await backend.holders(options.stack);
      await stack.cancel();
      return holders;
    },
    up: async (onChange) => {
      const { take, changes } = changeCollector(onChange);
      // A host that is down must not keep the others from being brought up.
      const continueOnError = platform === "ssh";
      await changing(() => stack.up({ ...common, refresh: true, continueOnError, onEvent: take }));
      return changes;
    },
    down: async (onChange, looks = false) => {
      const { take, changes } = changeCollector(onChange);
      await changing(() => stack.destroy({ ...common, refresh: looks, onEvent: take, remove: true }));
      return changes;
    },
    version: () => guarded(async () => stateVersion((await stack.exportStack()).deployment)),
    outputs: async () => {
      const values = await stack.outputs();
      return parseOutputs(Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value])));
    },
  };
}

function finderOf({ description, standIn, standInKubeconfig }: StackOptions): FindResource {
  if (standIn !== undefined) return standInKubeconfig === undefined ? findInStandIn(standIn) : findObject;
  if (description.platform === "kubernetes") return findObject;
  if (description.platform !== "aws") return findByName;
  return findOnAws(async (type, tags) => {
    const { findByTags } = await import("./aws-tags.ts");
    return findByTags(description.region, type, tags);
  });
}
