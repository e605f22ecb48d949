// The rehearsal of git push: a team's clone, a remote that delivers, three pushes with users on every edge, each ending as it must.
import { join } from "node:path";
import { cloneTeam } from "../drivers/team-clone.ts";
import type { TeamClone } from "../drivers/team-clone.ts";
import { startTraffic } from "../drivers/traffic.ts";
import type { Traffic } from "../drivers/traffic.ts";
import { chosenEnvironments } from "../delivery/open.ts";
import { edited, endsIn, pushActs } from "./push-acts.ts";
import type { PushAct } from "./push-acts.ts";

export interface PushRehearsal {
  environments: string[];
  pushes: {
    message: string;
    commit: string;
    ends: (string | null)[];
    seconds: number;
    asExpected: boolean;
  }[];
  /** In the last environment, once everything has ended. */
  nodes: number;
  appRelease: string | null;
  requests: number;
  failedRequests: number;
  seconds: number;
  worked: boolean;
}

export interface PushWatching {
  say: (text: string) => void;
  signal: AbortSignal;
}

interface Stage extends PushWatching {
  repo: string;
  team: TeamClone;
  environments: string[];
}

/** Plays all of it in a temporary folder, takes it down again and tells what happened. */
export async function rehearsePush(repo: string, watching: PushWatching): Promise<PushRehearsal> {
  const started = Date.now();
  const team = await cloneTeam(repo);
  const stage = {
    ...watching,
    repo,
    team,
    environments: ["dev", "staging", "prod"].map((one) => `local/${one}`),
  };
  stage.environments = chosenEnvironments(team.repo, stage.environments);
  const traffic: Traffic[] = [];
  try {
    await surefoot(stage, ["remote", "add", "rehearsal"]);
    const pushes: PushRehearsal["pushes"] = [];
    for (const act of pushActs) {
      const pushed = await playPush(stage, act);
      pushes.push(pushed);
      if (!pushed.asExpected) break;
      if (traffic.length === 0) traffic.push(...(await openTraffic(stage)));
    }
    const last = await statusOf(stage, stage.environments.at(-1) ?? "");
    const counts = await Promise.all(traffic.splice(0).map((one) => one.stop()));
    const sum = (of: "requests" | "failedRequests"): number => counts.reduce((all, one) => all + one[of], 0);
    return {
      environments: stage.environments,
      pushes,
      nodes: last.nodes,
      appRelease: last.appRelease,
      requests: sum("requests"),
      failedRequests: sum("failedRequests"),
      seconds: (Date.now() - started) / 1000,
      worked: pushes.length === pushActs.length && pushes.every(({ asExpected }) => asExpected),
    };
  } finally {
    for (const one of traffic) await one.stop().catch(() => {});
    for (const id of stage.environments) await surefoot(stage, ["down", id]);
    team.remove();
  }
}

async function playPush(stage: Stage, act: PushAct): Promise<PushRehearsal["pushes"][number]> {
  const { team, say, signal, environments } = stage;
  signal.throwIfAborted();
  for (const edit of act.edits) team.edit(edit.path, (text) => edited(text, edit));
  const commit = await team.commit(act.message);
  say(`\n$ git commit -m ${JSON.stringify(act.message)} && git push rehearsal main`);
  const [lines, started] = [[] as string[], Date.now()];
  await team.run("git", ["push", "rehearsal", "HEAD:main"], (line) => {
    lines.push(line);
    say(line);
  });
  signal.throwIfAborted();
  const ends = endsIn(lines, environments);
  const asExpected = ends.join() === act.expected.join();
  return { message: act.message, commit, ends, seconds: (Date.now() - started) / 1000, asExpected };
}

async function openTraffic(stage: Stage): Promise<Traffic[]> {
  const { repo, environments } = stage;
  const flags = { players: 10, users: 10, session: "2s..3s", onCounts: () => {} };
  const edges = await Promise.all(environments.map(async (id) => (await statusOf(stage, id)).edge));
  const traffic = edges.map((edge) => startTraffic({ repo, edge, ...flags }));
  await Promise.all(traffic.map((one) => one.until(({ requests }) => requests > 0)));
  return traffic;
}

/** How the environment is, asked as a person would. */
async function statusOf(stage: Stage, id: string) {
  const lines: string[] = [];
  await surefoot({ ...stage, say: (text) => lines.push(text) }, ["status", id, "--json"]);
  const { edge, services } = JSON.parse(lines.join("\n")) as {
    edge: string;
    services: { name: string; pin: string | null; nodes: { state: string }[] }[];
  };
  const nodesOf = (name: string) => services.find((one) => one.name === name);
  const running = nodesOf("server")?.nodes.filter(({ state }) => state === "running") ?? [];
  return { edge, nodes: running.length, appRelease: nodesOf("app")?.pin ?? null };
}

const surefoot = ({ team, say }: Stage, words: string[]): Promise<number> =>
  team.run(process.execPath, [join(team.repo, "scripts", "cli.ts"), ...words], say);
