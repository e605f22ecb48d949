// Rules of platform aws: what its services would refuse only halfway through an update, and what protection promises.
import { awsPodsRules } from "./aws-pods-rules.ts";
import type { Finding, Path } from "./complaint.ts";
import type { ForPlatform } from "./platform-rules.ts";

const PROTECTED_RETENTION_DAYS = 7;
const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d$/;
const ARCHIVE_AFTER = ["logs", "archiveAfter"];

/** What AWS cannot carry, or what `protection: true` does not allow. `isGiven` tells what is written from a default. */
export function awsRules(description: ForPlatform, isGiven: (path: Path) => boolean): Finding[] {
  return [
    ...zoneRules(description),
    ...dataRules(description),
    ...edgeRules(description),
    ...accessRules(description),
    ...awsPodsRules(description),
    ...(isGiven(ARCHIVE_AFTER) ? archiveRules(description) : []),
  ];
}

function zoneRules({ zones, database, services, protection, region }: ForPlatform): Finding[] {
  if (region !== "" && !REGION.test(region))
    return [
      finding(["region"], "region-unknown", "is not the name of a region of AWS, such as eu-central-1"),
    ];
  if (zones.length > 1) return [];
  const example = `zones: [${region}a, ${region}b]`;
  if (database?.multiZone === true)
    return [finding(["database", "multiZone"], "zones-too-few", `needs a second zone: ${example}`)];
  // A balancer and a group of subnets for a database are refused by AWS in a single zone.
  const what =
    (protection && "protection: true") ||
    (database !== undefined && "a database") ||
    (Object.keys(services).length > 0 && "a balancer");
  if (what === false) return [];
  return [finding(["zones"], "zones-too-few", `${what} needs at least two zones: ${example}`)];
}

function dataRules({ region, backup, database, protection }: ForPlatform): Finding[] {
  const findings: Finding[] = [];
  if (backup.copyTo !== undefined && backup.copyTo === region) {
    const message = `${region} is where the environment is: a copy there is lost with it`;
    findings.push(finding(["backup", "copyTo"], "copy-in-same-region", message));
  }
  if (protection && database !== undefined && database.retention < PROTECTED_RETENTION_DAYS) {
    const message = `protection: true keeps at least ${PROTECTED_RETENTION_DAYS}d, and this is ${database.retention}d`;
    findings.push(finding(["database", "retention"], "retention-too-short", message));
  }
  return findings;
}

// Logs that are kept for less than the default are simply never moved: only who asks for it is told.
function archiveRules({ logs: { archiveAfter, retention } }: ForPlatform): Finding[] {
  if (archiveAfter < retention) return [];
  const message = `${archiveAfter}d is not before they are deleted, after ${retention}d: keep logs for at least ${archiveAfter + 1}d`;
  return [finding(ARCHIVE_AFTER, "archive-after-deletion", message)];
}

function edgeRules({ region, account, edge, services, protection }: ForPlatform): Finding[] {
  if (edge === undefined) {
    if (!protection || Object.keys(services).length === 0) return [];
    const message = "protection: true refuses plain http: write edge: {domain: play.example.com}";
    return [finding(["edge"], "edge-missing", message)];
  }
  const [, , , certificateRegion, certificateAccount] = edge.certificate?.split(":") ?? [];
  const path = ["edge", "certificate"];
  if (certificateRegion !== undefined && region !== "" && certificateRegion !== region)
    return [
      finding(path, "certificate-elsewhere", `lies in ${certificateRegion}, and the balancer in ${region}`),
    ];
  if (certificateAccount !== undefined && account !== undefined && certificateAccount !== account) {
    const message = `belongs to account ${certificateAccount}, and the balancer to ${account}`;
    return [finding(path, "certificate-elsewhere", message)];
  }
  return [];
}

function accessRules({ account, review, state }: ForPlatform): Finding[] {
  const findings: Finding[] = [];
  const owner = review?.provider.split(":")[4];
  if (owner !== undefined && account !== undefined && owner !== account) {
    const message = `belongs to account ${owner}: roles in ${account} can only trust a provider of their own`;
    findings.push(finding(["review", "provider"], "provider-elsewhere", message));
  }
  const keyRegion = state?.key.startsWith("arn:") ? state.key.split(":")[3] : undefined;
  if (state !== undefined && keyRegion !== undefined && keyRegion !== state.region) {
    const message = `lies in ${keyRegion}, and state.region is ${state.region}`;
    findings.push(finding(["state", "key"], "key-elsewhere", message));
  }
  return findings;
}

function finding(path: Path, rule: string, message: string): Finding {
  return { path, rule, message };
}
