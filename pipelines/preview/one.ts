// The preview of one environment as part of a change: the plan, the releases that differ, what drifted.
import type { BaseState } from "../drivers/base-state.ts";
import { fileAt } from "../drivers/git-compare.ts";
import { pinsFolder } from "../drivers/git-history.ts";
import { openPins } from "../drivers/pins.ts";
import { describe, nameOf } from "../environment/describe.ts";
import { pinsFile } from "../environment/places.ts";
import type { EnvironmentPreview, FailedPreview, PinChange } from "./document.ts";
import { failedPreview } from "./failed.ts";
import { maskDocument } from "../masking/masked.ts";
import { openPreview } from "./open.ts";
import { parsePins, pinChanges } from "./pins.ts";
import { plainSecrets } from "../masking/plain-secrets.ts";
import { planDiff } from "./plan.ts";
import { alsoMasking, registerSecret, secretsOf } from "../masking/registered.ts";
import { preview } from "./run.ts";

export interface OneOptions {
  offline: boolean;
  drift: boolean;
  /** The commit that pins are held against; null: none. */
  commit: string | null;
  /** Offline: what the stand-ins go on from. */
  base?: BaseState | undefined;
  signal: AbortSignal;
}

/** Never throws but the signal's reason: what fails is told in the result. */
export async function previewOne(
  repo: string,
  id: string,
  options: OneOptions,
): Promise<EnvironmentPreview | FailedPreview> {
  try {
    return maskDocument(await look(repo, id, options));
  } catch (error) {
    options.signal.throwIfAborted();
    return failedPreview(id, options.offline, error);
  }
}

async function look(
  repo: string,
  id: string,
  { offline, drift, commit, base, signal }: OneOptions,
): Promise<EnvironmentPreview> {
  const { notify } = describe(repo, id).description;
  const webhooks = notify.map(({ webhook }) => webhook);
  for (const value of secretsOf(process.env, webhooks)) registerSecret(value);
  const opened = await openPreview(repo, id, { offline, signal, base });
  const planned = await preview(opened, { offline });
  const pins = commit === null ? [] : await pinsSince(repo, id, commit);
  return { ...planned, pins, drift: drift ? await driftOf(opened.stack) : null };
}

async function driftOf({ drift }: Awaited<ReturnType<typeof openPreview>>["stack"]) {
  const drifted = await drift();
  return alsoMasking(plainSecrets(drifted), () => maskDocument(planDiff(drifted).changes));
}

/** Pins of a rehearsal are not in git: nothing of them changes with a commit. */
async function pinsSince(repo: string, id: string, commit: string): Promise<PinChange[]> {
  const name = nameOf(repo, id);
  if (name.local) return [];
  const text = await fileAt(repo, commit, `${pinsFolder}/${name.description}.json`);
  return pinChanges(parsePins(text ?? "{}") ?? {}, openPins(pinsFile(repo, name)).all());
}
