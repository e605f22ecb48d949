// Rules that follow from the platform: what AWS or a list of machines cannot carry, said before anything is asked of them.
import { notOnAws } from "./aws-pods-rules.ts";
import { awsRules } from "./aws-rules.ts";
import type { Finding, Path } from "./complaint.ts";
import { kubernetesRolloutRules } from "./kubernetes-rules.ts";
import { kubernetesShapeRules, notOnKubernetes, podRules } from "./kubernetes-shape-rules.ts";
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
  const findings = [...scalingRules(description.services), ...podRules(description)];
  if (description.platform === "aws") findings.push(...awsRules(description, isGiven));
  if (description.platform === "ssh") findings.push(...sshRules(description));
  if (description.platform === "kubernetes") findings.push(...kubernetesShapeRules(description));
  return findings;
}

const inClouds = ["edge", "database", "backup", "monitoring", "alerts"];
const onAwsOnly = ["network", "review", "logs", "budget"];

/** Warns of keys that this platform never reads, or cannot keep to the letter. `isOwn`: what the description says itself. */
export function unreadKeys(description: ForPlatform, isOwn: (path: Path) => boolean): Finding[] {
  const { platform, services } = description;
  const unread: [Path, string][] = [];
  if (platform === "ssh" || platform === "local") {
    unread.push(...inClouds.map((key): [Path, string] => [[key], "aws or kubernetes"]));
    unread.push(...onAwsOnly.map((key): [Path, string] => [[key], "aws"]), [["kubernetes"], "kubernetes"]);
    for (const service of Object.keys(services))
      for (const [key, reader] of [
        ["machine", "aws"],
        ["runs", "aws"],
        ["scaling", "aws or kubernetes"],
        ["resources", "kubernetes, or as pods on aws"],
      ] as const)
        unread.push([["services", service, key], reader]);
  }
  if (platform === "kubernetes") {
    unread.push(...notOnKubernetes.map((path): [Path, string] => [path, "aws"]));
    for (const service of Object.keys(services))
      for (const key of ["machine", "runs"]) unread.push([["services", service, key], "aws"]);
  }
  // How connections are made is read on aws too: they go to its instances.
  if (platform === "aws") {
    unread.push(...["hosts", "command", "hooks"].map((key): [Path, string] => [["ssh", key], "ssh"]));
    unread.push(...notOnAws.map((key): [Path, string] => [["kubernetes", key], "kubernetes"]));
    unread.push([["database", "resources"], "kubernetes"]);
  }
  if (platform !== "aws" && platform !== "ssh") unread.push([["ssh"], "ssh"]);
  const findings = unread
    .filter(([path]) => isOwn(path))
    .map(([path, reader]) => ({
      path,
      rule: "key-not-read",
      atKey: true,
      message: `is only read on platform ${reader}, and this is ${platform}`,
    }));
  return [...findings, ...kubernetesRolloutRules(description)];
}
