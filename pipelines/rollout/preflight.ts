// What refuses a rollout before anything is touched, each with its code.
import type { Service } from "../../environments/shape.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { freezeText, frozen } from "./freeze.ts";
import type { NodeSummary } from "../observe/summary.ts";
import type { Plan } from "./plan.ts";
import type { RunOptions } from "./run.ts";

const untouched = "nothing was touched";

export function notUp({ name }: Workspace, service: Service): Refusal {
  const what = `${name.id} has no nodes for ${service.name}: it is not up`;
  return new Refusal("E_NOT_UP", { what, state: untouched, next: `surefoot up ${name.id}` });
}

export function unpinned({ name }: Workspace, { name: service }: Service): Refusal {
  return new Refusal("E_NO_RELEASE", {
    what: `${service} has no pinned release in ${name.id}, so there is nothing to deploy`,
    state: untouched,
    next: `surefoot release ${service}, then: surefoot deploy ${name.id} ${service} --release <release>`,
  });
}

export function planRefused({ name }: Service, { what, next }: { what: string; next: string }): Refusal {
  return new Refusal("E_CAPACITY", { what: `${name} cannot be rolled out: ${what}`, state: untouched, next });
}

/** Refuses with E_FROZEN inside a freeze window, unless the glass is broken. */
export function notFrozen({ description, clock, name }: Workspace, { breakGlass }: RunOptions): void {
  const window = breakGlass ? undefined : frozen(description.freeze, clock.now());
  if (window === undefined) return;
  throw new Refusal("E_FROZEN", {
    what: `${name.id} is frozen: ${freezeText(window)}`,
    state: untouched,
    next: "wait until the window ends, or add --break-glass --reason '<why>' (it goes into the ledger)",
  });
}

/**
 * Refuses with E_METRIC_EMPTY when a metric that the judge is to read is told by no running node: it would pass everything.
 * A metrics source that is down refuses with E_METRICS_DOWN.
 */
export async function metricsPresent(workspace: Workspace, service: Service, plan: Plan): Promise<void> {
  if (plan.bootstrap) return;
  const seen = await sampled(workspace, service);
  const present = new Set(seen.flatMap((summary) => summary.metrics));
  const wanted = [
    "requests",
    "errors",
    "latency",
    ...(service.metrics.sessions === "" ? [] : ["sessions"]),
  ] as const;
  const missing = wanted.filter((metric) => !present.has(metric));
  if (missing.length === 0) return;
  throw new Refusal("E_METRIC_EMPTY", {
    what: `no running node of ${service.name} tells ${missing.map((metric) => service.metrics[metric as "requests"]).join(", ")}`,
    state: untouched,
    next: `mend services.${service.name}.metrics in the description: the judge would be blind to ${missing.join(", ")}`,
  });
}

// A fleet that has only just come up is scraped within seconds.
const patienceSeconds = 10;

async function sampled({ platform, clock, name }: Workspace, service: Service): Promise<NodeSummary[]> {
  for (let left = patienceSeconds; ; left -= 1) {
    const now = clock.now();
    const summaries = await platform.metrics
      .summaries(service.name, now - 30_000, now)
      .catch((error: Error) => {
        throw new Refusal("E_METRICS_DOWN", {
          what: `the metrics of ${name.id} cannot be had: ${error.message}`,
          state: untouched,
          next: name.local
            ? `surefoot up ${name.id}`
            : `surefoot doctor ${name.id} looks at the source of metrics and at the rights to read it`,
        });
      });
    const seen = summaries.filter(({ samples }) => samples > 0);
    if (seen.length > 0 || left === 0) return seen;
    await clock.sleep(1);
  }
}
