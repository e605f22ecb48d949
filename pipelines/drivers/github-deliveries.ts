// What is delivered, as GitHub shows it: deployments with their states, and statuses of commits.
import { Refusal } from "../errors.ts";
import type { DeploymentRequest, Github } from "./github.ts";
import { once } from "./github-writings.ts";
import type { Ask, At } from "./github-writings.ts";

export function deliveries(at: At, ask: Ask) {
  const link = (url: string | undefined) => (url === undefined ? {} : { log_url: url });
  return {
    createDeployment: ({ sha, production, ...request }: DeploymentRequest) =>
      ask(`opening a deployment to ${request.environment}`, async ({ repos }) => {
        // Our own gates judged the commit: GitHub is to merge nothing and to wait for no status.
        const ours = { auto_merge: false, required_contexts: [], production_environment: production };
        const { data } = await repos.createDeployment({ ...at, ref: sha, ...request, ...ours, ...once });
        if ("id" in data) return data.id;
        throw new Refusal("E_GITHUB", merged(request.environment));
      }),
    deployments: (sha: string, environment: string) =>
      ask(`reading the deployments to ${environment}`, async ({ repos }) => {
        const { data } = await repos.listDeployments({ ...at, sha, environment, per_page: 100 });
        return data.map(({ id, payload }) => ({ id, payload }));
      }),
    deploymentStatus: (id: number, { state, description, url }: Parameters<Github["deploymentStatus"]>[1]) =>
      ask(`telling the state of deployment ${id}`, async ({ repos }) => {
        await repos.createDeploymentStatus({ ...at, deployment_id: id, state, description, ...link(url) });
      }),
    commitStatus: (sha: string, { url, ...status }: Parameters<Github["commitStatus"]>[1]) =>
      ask(`telling the status of ${sha.slice(0, 12)}`, async ({ repos }) => {
        const target = url === undefined ? {} : { target_url: url };
        await repos.createCommitStatus({ ...at, sha, ...status, ...target });
      }),
  };
}

const merged = (environment: string) => ({
  what: `GitHub merged branches instead of opening a deployment to ${environment}`,
  state: "the deployment was not opened",
  next: "run the same command again",
});
