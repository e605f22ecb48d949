// Looks at environments for drift: asks the engine what is there, judges it. Nothing is changed, and no look stops the next.
import type { Stack } from "../drivers/stack.ts";
import { openWorkspace } from "../environment/workspace.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { readLease } from "../lease/claim.ts";
import { maskText } from "../masking/secrets.ts";
import type { DriftLook } from "./document.ts";
import { judgeDrift } from "./judge.ts";

/** One look at `prod` or `local/prod`. A refusal is a result; only an interruption is thrown. */
export async function lookForDrift(repo: string, id: string, signal: AbortSignal): Promise<DriftLook> {
  try {
    using workspace = await openWorkspace(repo, id);
    return await look(workspace, signal);
  } catch (error) {
    signal.throwIfAborted();
    return failedLook(id, error);
  }
}

async function look(workspace: Workspace, signal: AbortSignal): Promise<DriftLook> {
  const { name, description, platform, clock } = workspace;
  const started = clock.now();
  await platform.admit();
  await notBusy(workspace);
  const stack: Pick<Stack, "version" | "drift"> = await workspace.stack(signal);
  if ((await stack.version()) === "none") return { environment: name.id, verdict: "not-up" };
  const found = await stack.drift();
  // What is changed while we look differs because of us.
  if (found.length > 0) await notBusy(workspace);
  const judged = judgeDrift(found, description.drift.ignore);
  const verdict = judged.drifted.length > 0 ? "drifted" : "clean";
  return { environment: name.id, verdict, ...judged, seconds: (clock.now() - started) / 1000 };
}

async function notBusy({ store, name }: Workspace): Promise<void> {
  const lease = await readLease(store, name.id);
  if (lease === undefined) return;
  throw new Refusal("E_LEASE_HELD", {
    what: `${lease.holder} is changing ${name.id} (${lease.reason}): what differs now may be its doing`,
    state: `nothing was changed, and nobody knows whether ${name.id} has drifted`,
    next: `when it is done: surefoot drift ${name.id}`,
  });
}

/** What could not be looked at, told like any other error. */
export function failedLook(environment: string, error: unknown): DriftLook {
  const known = error instanceof Refusal ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return {
    environment,
    verdict: "failed",
    error: {
      code: known?.code ?? "E_BUG",
      what: maskText(message),
      state: maskText(known?.state ?? "nothing was changed"),
      next: maskText(known?.next ?? "run it again with --debug and report what it prints"),
      details: (known?.details ?? []).map(maskText),
    },
  };
}
