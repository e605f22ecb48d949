// Which engine moves the releases of a service: Argo Rollouts where the platform has it, else the waves engine.
import type { Service } from "../../environments/shape.ts";
import { argoEngine } from "../rollout/argo/engine.ts";
import type { Engine } from "../rollout/engine.ts";
import { wavesEngine } from "../rollout/waves-engine.ts";
import type { Workspace } from "./workspace.ts";

/** Opens it; refuses as the platform does when it cannot be reached. */
export async function engineOf({ platform, clock }: Workspace, service: Service): Promise<Engine> {
  const rollouts = await platform.rollouts?.(service);
  if (rollouts !== undefined) return argoEngine(service, rollouts, clock);
  return wavesEngine(await platform.fleet(service));
}
