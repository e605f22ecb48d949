// Turns status, up and down into lines of text.
import type { ResourceChange } from "../drivers/stack.ts";
import { printable } from "../ledger/printable.ts";
import { opWords } from "../preview/op-words.ts";
import type { Check } from "./doctor.ts";
import type { DownResult } from "./down.ts";
import type { Status, StatusNode } from "./status.ts";
import type { UpResult } from "./up.ts";

/** The environment at a glance; `all` lists every node, else only those that are not as they should be. */
export function statusText(status: Status, all: boolean): string[] {
  const { environment, platform, edge, lease } = status;
  const held = lease ? printable(`held by ${lease.holder} (${lease.reason}) until ${lease.expires}`) : "free";
  return [
    `${environment} on ${platform}, ${edgeText(platform, edge)}, lease ${held}`,
    ...status.services.flatMap((service) => {
      const { name, pin, unfinished, nodes } = service;
      const odd = nodes.filter((node) => node.state !== "running" || node.release !== pin);
      const listed = all ? nodes : odd.slice(0, 10);
      const width = Math.max(12, ...listed.map((node) => node.name.length));
      const sessions = nodes.reduce((sum, node) => sum + node.sessions, 0);
      const load = service.kind === "sessions" ? `, ${sessions} sessions` : "";
      return [
        `${name}: pin ${pin ?? "none"}, ${nodes.length} nodes: ${groups(nodes)}${load}`,
        ...(unfinished === null
          ? []
          : [`  an unfinished rollout waits for: surefoot deploy ${environment} ${name}, or rollback`]),
        ...listed.map(
          (node) =>
            `  ${node.name.padEnd(width)} ${node.zone.padEnd(14)} ${(node.release ?? "-").padEnd(14)} ${node.state.padEnd(10)} ${node.sessions}`,
        ),
        ...(!all && odd.length > 10 ? [`  and ${odd.length - 10} more: --nodes lists all`] : []),
      ];
    }),
  ];
}

function edgeText(platform: string, edge: string | null): string {
  if (edge !== null) return `edge ${edge}`;
  if (platform === "ssh") return "behind your own balancer";
  return platform === "kubernetes" ? "no ingress" : "edge down";
}

function groups(nodes: readonly StatusNode[]): string {
  const by = Map.groupBy(nodes, ({ release, state }) => `${state} ${release ?? "without release"}`);
  return [...by].map(([group, members]) => `${members.length} ${group}`).join(", ") || "none";
}

export function upText(result: UpResult): string[] {
  const { environment, changes, booted, failed, nodes, seconds, approved } = result;
  return [
    `${environment} is up: ${nodes} nodes, ${changesText(changes)}, ${booted.length} started on their pin, in ${seconds.toFixed(1)} s`,
    ...failed.map(({ node, reason }) => `  failed: ${node}: ${printable(reason)}`),
    ...(approved === null
      ? []
      : [`  approved by ${printable(approved.by.join(", ") || "signed commits")}: ${approved.digest}`]),
  ];
}

export function downText({ environment, changes, seconds }: DownResult): string[] {
  return [
    `${environment} is down: ${changesText(changes)}, in ${seconds.toFixed(1)} s. Releases, pins and ledger stay; what ran is verified again by the next deploy.`,
  ];
}

/** What a plan would do, such as `2 to create, 1 to update`. */
export function plannedText(changes: readonly ResourceChange[]): string {
  const by = Map.groupBy(changes, ({ op }) => op);
  return [...by].map(([op, members]) => `${members.length} to ${op}`).join(", ") || "no changes";
}

export function changesText(changes: readonly ResourceChange[]): string {
  const by = Map.groupBy(changes, ({ op }) => op);
  return [...by].map(([op, members]) => `${members.length} ${opWords[op].done}`).join(", ") || "no changes";
}

export function doctorText(checks: readonly Check[]): string[] {
  return checks.map(({ check, ok, detail, next }) =>
    ok
      ? `ok    ${check.padEnd(13)} ${printable(detail)}`
      : `WRONG ${check.padEnd(13)} ${printable(detail)}. Next: ${next}`,
  );
}
