// Rules of platform kubernetes: what a cluster would refuse only halfway through an update, and what protection promises.
import type { Finding, Path } from "./complaint.ts";
import type { ForPlatform } from "./platform-rules.ts";

/** What a cluster cannot carry, or what `protection: true` does not allow. */
export function kubernetesShapeRules(description: ForPlatform): Finding[] {
  return [...neededRules(description), ...dataRules(description), ...edgeRules(description)];
}

/** Keys that say nothing to a cluster: its nodes, its log collector and its bill are its own. */
export const notOnKubernetes: Path[] = [
  ...["account", "region", "zones", "network", "review", "logs", "budget"].map((key) => [key]),
  ...["copyTo", "lock", "restoreTest"].map((key) => ["backup", key]),
  ["database", "machine"],
  ["edge", "certificate"],
];

const NEEDED = {
  context:
    "platform kubernetes touches one context of your kubeconfig only, the one named here, such as game-prod",
  registry: "pods are started from images: name where releases are pushed, such as registry.example.com/game",
  base: "releases are laid upon an image: name one by its digest, such as node:24-slim@sha256:<64 hex digits>",
};

function neededRules({ kubernetes, services }: ForPlatform): Finding[] {
  const keys =
    Object.keys(services).length > 0 ? (["context", "registry", "base"] as const) : (["context"] as const);
  return keys
    .filter((key) => kubernetes[key] === undefined)
    .map((key) => finding(["kubernetes", key], `${key}-missing`, NEEDED[key]));
}

function dataRules({ database, kubernetes, protection, services }: ForPlatform): Finding[] {
  if (database === undefined) return [];
  const findings: Finding[] = [];
  if (database.engine !== "postgres") {
    const message = `${database.engine} is not kept on platform kubernetes: write postgres, or take the database to aws`;
    findings.push(finding(["database", "engine"], "database-engine", message));
  }
  if (protection && kubernetes.backups === undefined) {
    const message =
      "protection: true keeps no database without backups: write backups: {destination: s3://bucket/path, secret: name}";
    findings.push(finding(["kubernetes", "backups"], "backups-missing", message));
  }
  for (const name of Object.keys(services))
    if (/^database(-.+)?$/.test(name))
      findings.push(
        finding(
          ["services", name],
          "service-name-taken",
          "begins like the objects of the database: call it otherwise",
        ),
      );
  return findings;
}

function edgeRules({ edge, kubernetes: { ingress }, protection, services }: ForPlatform): Finding[] {
  const reached = Object.values(services).some(({ kind }) => kind === "http");
  if (edge !== undefined && ingress === undefined && reached) {
    const message = `users reach ${edge.domain} by an ingress: write ingress: {class: nginx}`;
    return [finding(["kubernetes", "ingress"], "ingress-missing", message)];
  }
  if (ingress === undefined) return [];
  if (edge === undefined)
    return [
      finding(["edge"], "edge-missing", "an ingress needs a name: write edge: {domain: play.example.com}"),
    ];
  if (!protection || ingress.tlsSecret !== undefined) return [];
  const message = "protection: true refuses plain http: name the secret that holds the certificate";
  return [finding(["kubernetes", "ingress", "tlsSecret"], "certificate-missing", message)];
}

// What the shape of every pod sets: a value of the release would be passed over in silence.
const SET_BY_THE_POD = ["HOST", "HOME"];

/** What is impossible in services that run as pods, wherever their cluster is. */
export function podRules({ platform, services }: ForPlatform): Finding[] {
  const pods = Object.entries(services).filter(
    ([, { runs }]) => platform === "kubernetes" || (platform === "aws" && runs === "pods"),
  );
  return pods.flatMap(([name, { resources, config }]) => {
    const findings: Finding[] = [];
    if (/^[0.]+m?$/.test(resources.cpu)) {
      const message = "must be more than nothing: load is measured against it";
      findings.push(finding(["services", name, "resources", "cpu"], "cpu-none", message));
    }
    for (const key of SET_BY_THE_POD.filter((each) => Object.hasOwn(config, each))) {
      const message = "the pod sets this key itself";
      findings.push(finding(["services", name, "config", key], "config-reserved", message));
    }
    return findings;
  });
}

function finding(path: Path, rule: string, message: string): Finding {
  return { path, rule, message };
}
