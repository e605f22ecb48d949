// Rules that follow from the platform: what AWS or a list of machines cannot carry, said before anything is asked of them.
import { awsRules } from "./aws-rules.ts";
import type { Finding, Path } from "./complaint.ts";
import { scalingRules } from "./scaling-rules.ts";
import type { Description } from "./shape.ts";
import { sshRules } from "./ssh-rules.ts";

/** A description without its name: what the schema gives. */
type Described = Omit<Description, "name" | "services"> & {
  services: Record<string, Omit<Description["services"][string], "name">>;
};

export type ForPlatform = Described;

/** What this platform cannot carry; pure, every finding at once. `isGiven` tells what is written from a default. */
export function platformRules(description: ForPlatform, isGiven: (path: Path) => boolean): Finding[] {
  const findings = scalingRules(description.services);
  if (description.platform === "aws") findings.push(...awsRules(description, isGiven));
  if (description.platform === "ssh") findings.push(...sshRules(description));
  return findings;
}

const onAwsOnly = [
  "network",
  "edge",
  "review",
  "database",
  "backup",
  "monitoring",
  "alerts",
  "logs",
  "budget",
];

/** Warns of keys that this platform never reads. `isOwn`: only what the description itself says, not what it inherits. */
export function unreadKeys(description: ForPlatform, isOwn: (path: Path) => boolean): Finding[] {
  const { platform, services } = description;
  const unread: [Path, string][] = [];
  if (platform === "ssh" || platform === "local") {
    unread.push(...onAwsOnly.map((key): [Path, string] => [[key], "aws"]));
    for (const service of Object.keys(services))
      unread.push([["services", service, "machine"], "aws"], [["services", service, "scaling"], "aws"]);
  }
  // How connections are made is read on aws too: they go to its instances.
  if (platform === "aws")
    unread.push(...["hosts", "command", "hooks"].map((key): [Path, string] => [["ssh", key], "ssh"]));
  else if (platform !== "ssh") unread.push([["ssh"], "ssh"]);
  return unread
    .filter(([path]) => isOwn(path))
    .map(([path, reader]) => ({
      path,
      rule: "key-not-read",
      atKey: true,
      message: `is only read on platform ${reader}, and this is ${platform}`,
    }));
}
