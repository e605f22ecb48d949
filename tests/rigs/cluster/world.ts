// A team's repository and the cluster that its environments are in: the real program, verbs, registry, metrics.
import { join } from "node:path";
import { vi } from "vitest";
import type { EnvironmentName } from "../../../environments/name.ts";
import { openStack } from "../../../pipelines/drivers/stack.ts";
import { down } from "../../../pipelines/environment/down.ts";
import type { DownResult } from "../../../pipelines/environment/down.ts";
import { up } from "../../../pipelines/environment/up.ts";
import type { UpResult } from "../../../pipelines/environment/up.ts";
import { openWorkspace } from "../../../pipelines/environment/workspace.ts";
import type { Workspace } from "../../../pipelines/environment/workspace.ts";
import { rollback } from "../../../pipelines/rollback/deploy.ts";
import type { RollbackResult } from "../../../pipelines/rollback/deploy.ts";
import type { Progress } from "../../../pipelines/rollout/context.ts";
import { deploy } from "../../../pipelines/rollout/deploy.ts";
import type { DeployOrder, DeployResult } from "../../../pipelines/rollout/deploy.ts";
import { makeWorld } from "../../support/world.ts";
import type { World } from "../../support/world.ts";
import { installed } from "./binaries.ts";
import { startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { startMetricsSource } from "./metrics-source.ts";
import type { MetricsSource } from "./metrics-source.ts";
import { startPrometheus } from "./prometheus.ts";
import type { Prometheus } from "./prometheus.ts";
import { pushBase, startRegistry } from "./registry.ts";

export interface ClusterWorld extends World {
  cluster: Cluster;
  source: MetricsSource;
  prometheus: Prometheus;
  /** What every description here needs: the cluster, the registry, the source of metrics. */
  kubernetes: Record<string, unknown>;
  /** Opens an environment; its engine applies to the cluster with the stand-in for the provider. */
  open: (id?: string) => Promise<Workspace>;
  up: (id?: string) => Promise<UpResult>;
  down: (id?: string) => Promise<DownResult>;
  release: (service: string, ...names: string[]) => Promise<void>;
  deploy: (
    service: string,
    release: string,
    watching?: Partial<Watching>,
    order?: Partial<DeployOrder>,
  ) => Promise<DeployResult>;
  rollback: (service: string, watching?: Partial<Watching>) => Promise<RollbackResult>;
}

interface Watching {
  id: string;
  tell: (progress: Progress) => void;
  signal: AbortSignal;
}

const never = (): AbortSignal => new AbortController().signal;

/** Starts everything that a story needs; `test` is the environment that is meant where none is named. */
export async function makeClusterWorld(): Promise<ClusterWorld> {
  const world = makeWorld();
  const [cluster, source] = [await startCluster(), await startMetricsSource()];
  const prometheus = await startPrometheus(cluster, source);
  const crane = join(await installed("crane"), "crane");
  const registry = await startRegistry(crane);
  const base = await pushBase(crane, registry.host, world.repo, "one");
  vi.stubEnv("KUBECONFIG", cluster.kubeconfig);
  vi.stubEnv("PATH", `${join(crane, "..")}:${process.env["PATH"]}`);
  const open = async (id = "test"): Promise<Workspace> => {
    const opened = await openWorkspace(world.repo, id);
    return {
      ...opened,
      stack: stackWithStandIn(world.repo, opened.name, opened.description, cluster.kubeconfig),
    };
  };
  const using = async <T>(id: string | undefined, work: (workspace: Workspace) => Promise<T>): Promise<T> => {
    using workspace = await open(id);
    return await work(workspace);
  };
  return {
    ...world,
    cluster,
    source,
    prometheus,
    kubernetes: {
      context: cluster.context,
      registry: `${registry.host}/game`,
      base,
      prometheus: prometheus.inCluster,
    },
    open,
    up: (id) => using(id, (workspace) => up(workspace, { ...quiet, reason: "test", signal: never() })),
    down: (id) =>
      using(id, (workspace) =>
        down(workspace, { change: () => {}, destroy: workspace.name.id, reason: "test", signal: never() }),
      ),
    release: async (service, ...names) => {
      for (const release of names) {
        const { code, stderr } = await world.run("release", service, "--release", release, "--from", "test");
        if (code !== 0) throw new Error(stderr);
      }
    },
    deploy: (service, release, watching = {}, order = {}) =>
      using(watching.id, (workspace) =>
        deploy(
          workspace,
          { service, release, reason: "test", hotfix: false, breakGlass: false, acceptWave: false, ...order },
          { tell: () => {}, signal: never(), ...watching },
        ),
      ),
    rollback: (service, watching = {}) =>
      using(watching.id, (workspace) =>
        rollback(workspace, { service, reason: "test" }, { tell: () => {}, signal: never(), ...watching }),
      ),
    end: async () => {
      await cluster.stop();
      await source.close();
      await registry.stop();
      vi.unstubAllEnvs();
      await world.end();
    },
  };
}

const quiet = { change: () => {}, booted: () => {}, adopted: () => {}, acknowledged: [] };

function stackWithStandIn(
  repo: string,
  name: EnvironmentName,
  description: Workspace["description"],
  kubeconfig: string,
): Workspace["stack"] {
  return (signal, forget) =>
    openStack({
      repo,
      environment: name.id,
      stack: name.stack,
      description,
      signal,
      forget,
      standIn: join(repo, "stand-in"),
      standInKubeconfig: kubeconfig,
    });
}
