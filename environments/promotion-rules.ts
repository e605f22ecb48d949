// Rules between descriptions: releases come from an environment that is described, never in a circle, and find their config. Pure.
import type { Finding } from "./complaint.ts";
import { configParity } from "./config-parity.ts";
import type { Description, Service } from "./shape.ts";
import { hint } from "./suggest.ts";

/** What is wrong in one description because of the others. */
export interface AcrossFinding extends Finding {
  environment: string;
  /** False: possible, but probably not what was meant. */
  wrong: boolean;
}

export type Promoted = Pick<Description, "promotion"> & {
  services: Record<string, Pick<Service, "needs" | "config">>;
};

/** `names`: all environments of the folder; `sound`: the descriptions of those that are right by themselves. */
export function promotionRules(
  names: readonly string[],
  sound: ReadonlyMap<string, Promoted>,
): AcrossFinding[] {
  return [...sound].flatMap(([environment, description]) => {
    if (description.promotion === undefined) return [];
    const { after } = description.promotion;
    const at = { environment, path: ["promotion", "after"], wrong: true };
    if (!names.includes(after)) {
      const others = names.filter((name) => name !== environment);
      const message = `there is no environment ${JSON.stringify(after)}.${hint(after, others, "Described here")}`;
      return [{ ...at, rule: "promotion-unknown", message }];
    }
    const circle = circleFrom(environment, sound);
    if (circle !== undefined)
      return [{ ...at, rule: "promotion-circle", message: `goes in a circle: ${circle.join(" -> ")}` }];
    const upstream = sound.get(after);
    return upstream === undefined ? [] : parityWarnings(environment, description, after, upstream);
  });
}

/** The way from an environment to those its releases come from and back to itself; undefined where it never comes back. */
function circleFrom(start: string, sound: ReadonlyMap<string, Promoted>): string[] | undefined {
  const way = [start];
  for (let next = sound.get(start)?.promotion?.after; next !== undefined;) {
    way.push(next);
    if (next === start) return way;
    // A circle further up that does not come through here is told where it is.
    if (way.indexOf(next) < way.length - 1) return undefined;
    next = sound.get(next)?.promotion?.after;
  }
  return undefined;
}

function parityWarnings(
  environment: string,
  { promotion, services }: Promoted,
  after: string,
  upstream: Promoted,
): AcrossFinding[] {
  const accept = promotion?.accept ?? [];
  const warn = (path: Finding["path"], rule: string, message: string) => ({
    environment,
    path,
    rule,
    message,
    wrong: false,
  });
  const findings: AcrossFinding[] = [];
  const used = new Set<(typeof accept)[number]>();
  for (const [service, here] of Object.entries(services)) {
    const there = Object.hasOwn(upstream.services, service) ? upstream.services[service] : undefined;
    if (there === undefined) {
      const message = `${after} has no service ${service}: no release of it can come from there`;
      findings.push({
        ...warn(["services", service], "promotion-service-missing", message),
        atKey: true,
      });
      continue;
    }
    const sides = { service, needs: here.needs, there: there.config, here: here.config, accept };
    const parity = configParity(sides);
    for (const entry of parity.accepted) used.add(entry);
    for (const { key, rule } of parity.stops) {
      if (rule !== "config-only-upstream") continue;
      const message = `${after} gives ${service} ${key} and ${environment} does not: no release goes on until it has a value here, or stands in promotion.accept`;
      findings.push(warn(["services", service, "config", key], rule, message));
    }
  }
  for (const [index, entry] of accept.entries()) {
    if (used.has(entry)) continue;
    const message = `accepts nothing any more: ${entry.service} is given ${entry.key} here too, or ${after} does not give it`;
    findings.push(warn(["promotion", "accept", index], "promotion-accept-stale", message));
  }
  return findings;
}
