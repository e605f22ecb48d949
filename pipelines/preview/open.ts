// Opens the stack that a preview looks at: the environment's own, or offline one that a folder plays the cloud for.
import { join } from "node:path";
import type { EnvironmentName } from "../../environments/name.ts";
import type { Description } from "../../environments/shape.ts";
import { stateFolder } from "../../infra/names.ts";
import type { BaseState } from "../drivers/base-state.ts";
import type { Stack } from "../drivers/stack.ts";
import { describe } from "../environment/describe.ts";
import { Refusal } from "../errors.ts";
import type { Previewed } from "./run.ts";

export interface OpenOptions {
  offline: boolean;
  signal?: AbortSignal | undefined;
  /** Offline only: where the stand-ins go on from, in place of what this clone remembers. */
  base?: Pick<BaseState, "folder" | "passphrase"> | undefined;
}

export interface Opened extends Previewed {
  name: EnvironmentName;
  stack: Stack;
}

/** Opens `prod` or `local/prod` for a preview. Refuses a bad name or description, and offline where nothing is far away. */
export async function openPreview(
  repo: string,
  id: string,
  { offline, signal, base }: OpenOptions,
): Promise<Opened> {
  const { name, description } = describe(repo, id);
  const { platform } = description;
  if (offline && !hasStandIn(platform)) throw notFarAway(id, platform);
  // Before the engine looks for its plugin, which it may have to fetch.
  if (!offline) await admit(description);
  // The engine's SDK takes most of a second to load: a mistake in a description is told before.
  const { openStack } = await import("../drivers/stack.ts");
  const stack = await openStack({
    repo,
    environment: id,
    stack: name.stack,
    description,
    signal,
    standIn: offline ? join(base?.folder ?? join(stateFolder(repo), "stand-in"), name.stack) : undefined,
    passphrase: base?.passphrase,
  });
  return { environment: id, name, description, stack };
}

/** Only what is far away has something to play it on this machine. */
export const hasStandIn = (platform: Description["platform"]): boolean =>
  platform === "aws" || platform === "kubernetes";

/** Refuses another account, another context, and what is not reached; nothing is asked for a platform of one's own machines. */
async function admit(description: Description): Promise<void> {
  const { platform, kubernetes } = description;
  if (platform === "aws") await (await import("../drivers/aws-platform.ts")).admit(description);
  if (platform === "kubernetes")
    (await import("../drivers/kube-config.ts")).configOf(kubernetes.context ?? "");
}

function notFarAway(id: string, platform: string): Refusal {
  return new Refusal("E_PLATFORM", {
    what: `there is no stand-in for the platform ${platform}: only aws and kubernetes have one`,
    state: "nothing was touched",
    next: `surefoot preview ${id}`,
  });
}
