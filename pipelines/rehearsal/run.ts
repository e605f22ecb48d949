// The rehearsal: an environment brought up, put under traffic, and taken through two good releases and a broken one.
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { localRoot, stateFolder } from "../../infra/names.ts";
import { startTraffic } from "../drivers/traffic.ts";
import type { Traffic, TrafficCounts } from "../drivers/traffic.ts";
import { down } from "../environment/down.ts";
import { up } from "../environment/up.ts";
import { serviceOf } from "../environment/describe.ts";
import type { Workspace } from "../environment/workspace.ts";
import { makeRelease } from "../release/make.ts";
import type { Progress } from "../rollout/context.ts";
import { deploy } from "../rollout/deploy.ts";
import type { DeployResult } from "../rollout/deploy.ts";

export interface RehearsalRelease {
  service: string;
  release: string;
  outcome: string;
  touchedNodes: number;
  seconds: number;
  reason: string;
  evidence: string[];
}

export interface Rehearsal {
  environment: string;
  nodes: number;
  requests: number;
  failedRequests: number;
  sessions: number;
  cutSessions: number;
  releases: RehearsalRelease[];
  seconds: number;
  edge: string | null;
  /** True when it went as it must: two good releases through, the broken one rolled back, nobody harmed. */
  worked: boolean;
}

export interface RehearsalWatching {
  say: (text: string) => void;
  tell: (progress: Progress) => void;
  traffic: (counts: TrafficCounts) => void;
  signal: AbortSignal;
}

/** What is released, in order. The last release of the server is broken: it is slower, and looks healthy. */
const acts = [
  { release: "rehearsal-1", services: ["app", "server"], set: {}, expected: "deployed" },
  { release: "rehearsal-2", services: ["app", "server"], set: {}, expected: "deployed" },
  { release: "rehearsal-3", services: ["server"], set: { FAULT: "slow:80%" }, expected: "rolled-back" },
] as const;

/** Runs all of it and leaves the environment up. What was there of it before is taken down first. */
export async function rehearse(workspace: Workspace, watching: RehearsalWatching): Promise<Rehearsal> {
  const { clock, name, description } = workspace;
  const started = clock.now();
  const { say, signal } = watching;
  await startAfresh(workspace, watching);
  const nodes = Object.values(description.services).reduce((sum, service) => sum + service.nodes, 0);
  say(`brings ${name.id} up: ${nodes} nodes, each a process of its own`);
  const raised = await up(workspace, {
    change: () => {},
    booted: () => {},
    adopted: () => {},
    acknowledged: [],
    reason: "rehearsal",
    signal,
  });
  const edge = (await workspace.platform.edge()) ?? "";
  say(`up in ${raised.seconds.toFixed(1)} s; users and players knock at ${edge}`);
  const flags = { players: 120, users: 50, session: "2s..3s" };
  const traffic = startTraffic({ repo: workspace.repo, edge, ...flags, onCounts: watching.traffic });
  try {
    const releases = await playActs(workspace, watching, traffic);
    const counts = await traffic.stop();
    const { requests, failedRequests, sessions, cutSessions } = counts;
    for (const sample of counts.samples ?? []) say(`users lived through: ${JSON.stringify(sample)}`);
    const worked =
      failedRequests === 0 &&
      cutSessions === 0 &&
      requests > 0 &&
      sessions > 0 &&
      releases.every(({ ok }) => ok);
    const shown = releases.map(({ result }) => result);
    const seconds = (clock.now() - started) / 1000;
    return {
      environment: name.id,
      nodes,
      requests,
      failedRequests,
      sessions,
      cutSessions,
      releases: shown,
      seconds,
      edge,
      worked,
    };
  } catch (error) {
    await traffic.stop().catch(() => {});
    throw error;
  }
}

async function startAfresh(workspace: Workspace, { say, signal }: RehearsalWatching): Promise<void> {
  const { repo, name, pins } = workspace;
  if (existsSync(localRoot(repo, name))) {
    say(`takes down the ${name.id} that is still up`);
    await down(workspace, { change: () => {}, reason: "rehearsal", signal });
  }
  for (const service of Object.keys(workspace.description.services)) {
    pins.write(service, { current: null, history: [] });
    // The code may have changed since the last rehearsal: its releases are made anew under the same names.
    const names = acts.map(({ release }) => `${release}.json`);
    await Promise.all(
      names.map((file) => rm(join(stateFolder(repo), "releases", service, file), { force: true })),
    );
  }
}

async function playActs(workspace: Workspace, watching: RehearsalWatching, traffic: Traffic) {
  const results: { result: RehearsalRelease; ok: boolean }[] = [];
  for (const { release, services, set, expected } of acts) {
    for (const name of services) {
      const result = await playAct(workspace, watching, { service: name, release, set });
      results.push({ result: shortened(result), ok: result.outcome === expected });
      if (result.outcome !== expected) return results;
    }
    // The next act starts from users who are being served, not from a fleet that has only just begun to.
    const before = traffic.latest();
    await traffic.until(
      ({ requests, sessions }) => requests > (before?.requests ?? 0) && sessions > (before?.sessions ?? 0),
    );
  }
  return results;
}

interface Act {
  service: string;
  release: string;
  set: Record<string, string>;
}

async function playAct(
  workspace: Workspace,
  watching: RehearsalWatching,
  { service: name, release, set }: Act,
): Promise<DeployResult> {
  const service = serviceOf(workspace.description, name);
  const { say, tell, signal } = watching;
  const broken = Object.entries(set).map(([key, value]) => `, broken on purpose with ${key}=${value}`);
  say(`releases ${name} ${release}${broken.join("")}`);
  await makeRelease({ repo: workspace.repo, service, release, set, signal });
  const order = {
    service: name,
    release,
    reason: "rehearsal",
    hotfix: false,
    breakGlass: false,
    acceptWave: false,
  };
  return deploy(workspace, order, { tell, signal });
}

function shortened({
  service,
  release,
  outcome,
  touchedNodes,
  seconds,
  reason,
  evidence,
}: DeployResult): RehearsalRelease {
  return { service, release, outcome, touchedNodes: touchedNodes.length, seconds, reason, evidence };
}
