// A fleet in memory that obeys its verbs, and a group around it that can take a node away and add another.
import { NodeTrouble } from "../../pipelines/rollout/fleet.ts";
import type { Deployable, Fleet, FleetNode, NodeStatus } from "../../pipelines/rollout/fleet.ts";
import type { Run } from "../../pipelines/rollout/context.ts";
import type { Plan } from "../../pipelines/rollout/plan.ts";
import { aService } from "./rollout.ts";
import { summary } from "./summaries.ts";

export interface Group extends Fleet {
  /** What a node runs; undefined for one that is no node of the group. */
  runs: (name: string) => string | null | undefined;
  /** Takes a machine away; `by` joins in its place, on the release that new nodes boot. */
  replace: (name: string, by: string) => void;
  /** The machine answers no more, and stays in the group. */
  lose: (name: string) => void;
  /** What nodes that join boot. */
  boot: { id: string };
}

interface Member {
  node: FleetNode;
  status: NodeStatus;
  gone: boolean;
}

/** A group of nodes that run `release`; `onStart` is told before each start, and may throw or replace nodes. */
export function aGroup(
  names: readonly string[],
  release: string,
  onStart: (name: string, group: Group) => void = () => {},
): Group {
  const members = new Map<string, Member>();
  const joining: string[] = [];
  const boot = { id: release };
  const add = (name: string): FleetNode => {
    const status: NodeStatus = {
      state: "running",
      current: boot.id,
      restarts: 0,
      draining: false,
      retained: [boot.id],
    };
    const member: Member = {
      status,
      gone: false,
      node: memberNode(
        name,
        status,
        () => member.gone,
        () => onStart(name, group),
      ),
    };
    members.set(name, member);
    return member.node;
  };
  const group: Group = {
    nodes: names.map(add),
    boot,
    refresh: async () => {
      const left = group.nodes.map(({ name }) => name).filter((name) => !members.has(name));
      const joined = joining.splice(0).map(add);
      group.nodes = [...group.nodes.filter(({ name }) => members.has(name)), ...joined];
      return { joined, left };
    },
    settled: async () => true,
    runs: (name) => members.get(name)?.status.current,
    replace: (name, by) => {
      const member = members.get(name);
      if (member !== undefined) member.gone = true;
      members.delete(name);
      joining.push(by);
    },
    lose: (name) => {
      const member = members.get(name);
      if (member !== undefined) member.gone = true;
    },
    [Symbol.dispose]: () => {},
  };
  return group;
}

function memberNode(name: string, status: NodeStatus, gone: () => boolean, onStart: () => void): FleetNode {
  const act = async (change: () => void): Promise<void> => {
    if (gone()) throw new NodeTrouble(`${name}: no answer`);
    change();
    if (gone()) throw new NodeTrouble(`${name}: no answer`);
  };
  return {
    name,
    zone: "a",
    service: "app",
    status: async () => {
      await act(() => {});
      return { ...status };
    },
    fetch: (_token, { id }: Deployable) => act(() => void status.retained.push(id)),
    switch: (_token, id) => act(() => void (status.current = id)),
    clear: () => act(() => void (status.current = null)),
    start: () => act(() => (onStart(), (status.state = "running"))),
    stop: () => act(() => void (status.state = "stopped")),
    kill: () => act(() => void (status.state = "stopped")),
    prune: () => act(() => {}),
    drain: () => act(() => void (status.draining = true)),
    undrain: () => act(() => void (status.draining = false)),
    ready: async () => !gone() && status.state === "running",
    load: async () => 0,
    close: () => {},
  };
}

/** A run of the plan over the group, with metrics that are always well; time passes as fast as it is waited for. */
export function aRun(plan: Plan, group: Group): Run & { told: string[] } {
  const told: string[] = [];
  let now = Date.UTC(2026, 0, 1);
  const lease = { token: 1, check: async () => {} } as unknown as Run["lease"];
  return {
    told,
    plan,
    lease,
    service: aService({ nodes: plan.fleetSize }),
    policy: aService({ nodes: plan.fleetSize, rollout: { failureBudget: 1, minHealthy: "50%" } }).rollout,
    fleet: group,
    metrics: {
      summaries: async () => group.nodes.map(({ name }) => summary({ node: name, lastSeenMs: now })),
    },
    clock: {
      now: () => now,
      sleep: async (seconds, signal) => {
        signal?.throwIfAborted();
        now += seconds * 1000;
        await new Promise((resolve) => setImmediate(resolve));
      },
    },
    note: async () => {},
    tell: (progress) => told.push("node" in progress ? `${progress.type} ${progress.node}` : progress.type),
    signal: new AbortController().signal,
    nodes: new Map(group.nodes.map((node) => [node.name, node])),
    touched: new Set(),
    failed: new Map(),
    parked: new Map(),
    left: new Set(),
    joined: new Set(),
    bootOn: async (target) => void (group.boot.id = target?.id ?? ""),
    upSince: new Map(),
  };
}
