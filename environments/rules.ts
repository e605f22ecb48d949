// Rules between the keys of a description that a schema cannot say; pure, and without files.
import type { Finding } from "./complaint.ts";
import { configRules } from "./config-rules.ts";
import type { Description, FreezeWindow, Service } from "./shape.ts";
import { judgeWarnings, rolloutRules } from "./wave-rules.ts";

/** What is impossible in these services, each alone and side by side. */
export function serviceRules(services: readonly Service[]): Finding[] {
  return [...services.flatMap(oneServiceRules), ...routeRules(services)];
}

/** What is possible but probably not what was meant. The judge of pods knows no confidence: nothing is said of it here. */
export function serviceWarnings(platform: Description["platform"], services: readonly Service[]): Finding[] {
  const judged = services.filter(
    ({ runs }) => platform !== "kubernetes" && !(platform === "aws" && runs === "pods"),
  );
  return judged.flatMap((service) =>
    under(["services", service.name, "rollout"], judgeWarnings(service.rollout, service.nodes)),
  );
}

/** What is impossible in the environment around its services. */
export function environmentRules(
  description: Pick<Description, "platform" | "region" | "zones" | "freeze">,
): Finding[] {
  const { platform, region, zones, freeze } = description;
  const findings: Finding[] = [];
  if (platform === "aws" && region === "") {
    const message = "platform aws needs a region, such as eu-central-1";
    findings.push({ path: ["region"], rule: "region-missing", message });
  }
  for (const [index, zone] of zones.entries()) {
    if (zones.indexOf(zone) < index) {
      findings.push({ path: ["zones", index], rule: "zone-twice", message: `${zone} stands here twice` });
    } else if (platform === "aws" && region !== "" && !zone.startsWith(region)) {
      findings.push({
        path: ["zones", index],
        rule: "zone-not-in-region",
        message: `${zone} is not a zone of ${region}`,
      });
    }
  }
  return [...findings, ...freeze.flatMap((window, index) => under(["freeze", index], freezeRules(window)))];
}

function oneServiceRules(service: Service): Finding[] {
  const findings = [
    ...configRules(service),
    ...under(["rollout"], rolloutRules(service.rollout, service.nodes)),
  ];
  if (service.kind === "sessions" && service.metrics.sessions === "") {
    const message = "a service of kind sessions must name the gauge of its open sessions";
    findings.push({ path: ["metrics", "sessions"], rule: "sessions-metric-missing", message });
  }
  if (service.kind === "sessions" && service.route !== "") {
    findings.push({
      path: ["route"],
      rule: "route-not-http",
      message: "only services of kind http have a route",
    });
  }
  return under(["services", service.name], findings);
}

function routeRules(services: readonly Service[]): Finding[] {
  const owners = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { name, kind, route } of services) {
    if (kind !== "http") continue;
    const prefix = route.replace(/\/+$/, "");
    const owner = owners.get(prefix);
    owners.set(prefix, owner ?? name);
    if (owner === undefined) continue;
    const message = `${route} is already the route of services.${owner}`;
    findings.push({ path: ["services", name, "route"], rule: "route-twice", message });
  }
  return findings;
}

function freezeRules(window: FreezeWindow): Finding[] {
  if ("start" in window) {
    if (Date.parse(window.end) > Date.parse(window.start)) return [];
    return [{ path: ["end"], rule: "freeze-empty", message: "must be later than start" }];
  }
  if (window.from !== window.to) return [];
  return [{ path: ["to"], rule: "freeze-empty", message: "must differ from `from`" }];
}

function under(path: readonly (string | number)[], findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({ ...finding, path: [...path, ...finding.path] }));
}
