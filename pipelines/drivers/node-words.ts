// What goes to a node's script and what comes back, as text: the status line, the settings of a release, its open sessions.
import type { Service } from "../../environments/shape.ts";
import { shellLines } from "../../infra/platforms/settings.ts";
import type { Deployable, NodeStatus } from "../rollout/fleet.ts";

/** Reads the node script's status line: `state=running restarts=0 release=r1+ab draining=no releases=r1+ab,r2+cd`. */
export function parseStatus(line: string): NodeStatus {
  const fields = Object.fromEntries(line.split(" ").map((pair) => pair.split("=", 2) as [string, string]));
  return {
    state: (fields["state"] || "starting") as NodeStatus["state"],
    current: fields["release"] || null,
    restarts: Number(fields["restarts"] ?? 0),
    draining: fields["draining"] === "yes",
    retained: (fields["releases"] ?? "").split(",").filter(Boolean),
  };
}

/** The release.env of a release: what its process is told. */
export function settingsOf({ release, start, config }: Deployable): string {
  return shellLines({ ...config, RELEASE: release, START: start });
}

/** Open sessions in a metrics text: the gauge that the service names, summed over its labels. */
export function sessionsIn(metrics: string, service: Service): number {
  const gauge = new RegExp(`^${service.metrics.sessions}(?:\\{[^}]*\\})? ([0-9.e+]+)`, "gm");
  return [...metrics.matchAll(gauge)].reduce((sum, [, value]) => sum + Number(value), 0);
}
