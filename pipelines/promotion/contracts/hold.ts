// Does a service, as it runs in an environment now, still answer as its contract samples say?
import type { Service } from "../../../environments/shape.ts";
import type { Workspace } from "../../environment/workspace.ts";
import { clean } from "../../preview/words.ts";
import type { Difference } from "./difference.ts";
import { reachService } from "./reach.ts";
import { runSamples } from "./run.ts";
import { allowed } from "./sample.ts";
import type { LeftSample, Sample } from "./sample.ts";
import { readSamples } from "./samples.ts";

type Place = Pick<Workspace, "repo" | "name" | "description" | "platform" | "clock">;

export interface ContractCheck {
  service: string;
  environment: string;
  /** Who answered; null: nobody could be asked, see `why`. */
  where: string | null;
  why: string | null;
  /** Names of the samples that were sent. */
  sent: string[];
  /** Those that were not. */
  left: LeftSample[];
  differences: Difference[];
}

/** Sends the samples that may be sent there, and says what was not asked and why. Refuses broken samples with E_SAMPLE. */
export async function checkContract(
  workspace: Place,
  service: Service,
  signal: AbortSignal = new AbortController().signal,
): Promise<ContractCheck> {
  return checkSamples(workspace, service, readSamples(workspace.repo, service), signal);
}

/** The same with these samples. */
export async function checkSamples(
  workspace: Place,
  service: Service,
  samples: readonly Sample[],
  signal: AbortSignal,
): Promise<ContractCheck> {
  const { name, description, clock } = workspace;
  const { run, left } = allowed(samples, { canary: false, protection: description.protection });
  const check = { service: service.name, environment: name.id, left };
  const none = { ...check, where: null, sent: [], differences: [] };
  if (samples.length === 0) return { ...none, why: `${service.name} has no contract samples` };
  if (run.length === 0) return { ...none, why: "no sample may be sent there" };
  // Nobody may have the right to ask the account where its edge is: said, and no word about the release.
  const reached = await reachService(workspace, service).catch((error: Error) => {
    signal.throwIfAborted();
    return { why: clean(error.message, 200) };
  });
  if ("why" in reached) return { ...none, why: reached.why };
  const differences = await runSamples(run, reached.target, { clock, signal });
  return { ...check, where: reached.target.where, why: null, sent: run.map((one) => one.name), differences };
}

/**
 * What differs from the contract in this environment now; empty where the contract holds, and where nobody can be asked from
 * here. For whoever writes down that a release is verified.
 */
export async function contractsHold(
  workspace: Place,
  service: Service,
  signal?: AbortSignal,
): Promise<Difference[]> {
  return (await checkContract(workspace, service, signal)).differences;
}
