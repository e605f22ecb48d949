// A deployment as GitHub shows it: opened once, its state told as it goes on. GitHub decides nothing by it.
import { randomUUID } from "node:crypto";
import type { DeploymentState, Github } from "../drivers/github.ts";
import { Refusal } from "../errors.ts";
import { printable } from "../ledger/printable.ts";
import { maskText } from "../masking/secrets.ts";

export interface DeploymentOf {
  environment: string;
  /** Full hash of the commit. */
  sha: string;
  /** Where it came from, such as `refs/heads/main`; only kept with it. */
  ref?: string;
  description: string;
  /** What users meet: GitHub marks it. */
  production: boolean;
}

export interface Deployment {
  id: number;
  /** Tells where it stands; `url` is where its log is. Refuses as the driver does. */
  state: (state: DeploymentState, description: string, url?: string) => Promise<void>;
}

// GitHub's own limit of the descriptions of deployments and statuses.
const MOST_DESCRIPTION = 140;

/** Opens a deployment; where the answer is lost it is found by its key, not opened twice. Refuses as the driver does. */
export async function openDeployment(github: Github, wanted: DeploymentOf): Promise<Deployment> {
  const { environment, sha, ref = "", production } = wanted;
  const key = randomUUID();
  const id = await create();
  return {
    id,
    state: (state, description, url) =>
      github.deploymentStatus(id, { state, description: short(description), url }),
  };

  async function create(): Promise<number> {
    const payload = { surefoot: key, ref };
    const request = { sha, environment, production, description: short(wanted.description), payload };
    try {
      return await github.createDeployment(request);
    } catch (error) {
      if (!(error instanceof Refusal && error.code === "E_GITHUB_UNREACHABLE")) throw error;
      const opened = (await github.deployments(sha, environment)).find((one) => keyOf(one.payload) === key);
      return opened?.id ?? (await github.createDeployment(request));
    }
  }
}

export type StatusState = "pending" | "success" | "failure" | "error";

/** Tells one thing of a commit, such as `surefoot/prod`, next to its checks. Refuses as the driver does. */
export function tellStatus(
  github: Github,
  sha: string,
  status: {
    context: string;
    state: StatusState;
    description: string;
    url?: string;
  },
): Promise<void> {
  const { context, state, description, url } = status;
  return github.commitStatus(sha, { context, state, description: short(description), url });
}

function short(text: string): string {
  const plain = printable(maskText(text));
  return plain.length > MOST_DESCRIPTION ? `${plain.slice(0, MOST_DESCRIPTION - 1)}…` : plain;
}

/** GitHub gives a payload back as an object, or as the text of one. */
function keyOf(payload: unknown): unknown {
  if (typeof payload !== "string") return (payload as Record<string, unknown> | null)?.["surefoot"];
  try {
    return keyOf(JSON.parse(payload) as object);
  } catch {
    return undefined;
  }
}
