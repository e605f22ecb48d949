// From what was given to what is meant, for each environment; everything that is missing or wrong at once. Pure.
import { missingConfig, missingFlags, wrongNames } from "./answer-complaints.ts";
import { clusterOf, wrongNamespaces } from "./cluster.ts";
import type { InitCluster } from "./cluster.ts";
import { byName, configOf, namesOf, platforms, protectedOf } from "./given.ts";
import type { Given, Shared } from "./given.ts";
import { readHosts } from "./hosts.ts";
import type { InitHost } from "./hosts.ts";

export interface Answer {
  name: string;
  platform: (typeof platforms)[number];
  protection: boolean;
  region: string;
  zones: string[];
  account: string;
  owner: string;
  repository: string;
  domain: string;
  stateBucket: string;
  services: Record<string, { nodes: number | undefined; config: Record<string, string> }>;
  hosts: InitHost[];
  /** On kubernetes only. */
  cluster?: InitCluster;
}

export interface Answers {
  answers: Answer[];
  /** Flags that are missing, one line each: how to give it. */
  missing: string[];
  /** Values that are wrong, one line each. */
  wrong: string[];
}

/** `files` holds the text of each file that `--hosts` names. */
export function answersOf(given: Given, shared: Shared, files: Record<string, string> = {}): Answers {
  const { platform } = given;
  if (!isPlatform(platform)) {
    const how = `--platform ${platforms.join(" or --platform ")}`;
    if (platform === undefined) return { answers: [], missing: [how], wrong: [] };
    return {
      answers: [],
      missing: [],
      wrong: [`${JSON.stringify(platform)} is no platform to begin with: ${how}`],
    };
  }
  const names = namesOf(given);
  const answers = names.map((name) => answerOf(given, shared, files, { name, platform }));
  const missing = [...missingFlags(given, shared, answers), ...missingConfig(given, shared, names)];
  const wrong = [
    ...wrongNames(given, names, shared),
    ...wrongHosts(given, files),
    ...(platform === "kubernetes" ? wrongNamespaces(answers) : []),
  ];
  return { answers, missing, wrong };
}

function isPlatform(text: string | undefined): text is Answer["platform"] {
  return platforms.some((platform) => platform === text);
}

function answerOf(
  given: Given,
  shared: Shared,
  files: Record<string, string>,
  { name, platform }: Pick<Answer, "name" | "platform">,
): Answer {
  const protection = protectedOf(given).includes(name);
  const { region = "" } = given;
  const zones = ["a", "b", "c"].slice(0, protection ? 3 : 2).map((letter) => `${region}${letter}`);
  const accounts = byName(given.account);
  const account = accounts[name] ?? accounts[""] ?? "";
  const shares = platform === "aws" || given.stateBucket !== undefined;
  const counts = byName(given.nodes);
  const hostFiles = byName(given.hosts);
  const { hosts } = readHosts(files[hostFiles[name] ?? hostFiles[""] ?? ""] ?? "", "");
  const services = Object.entries(shared.services).map(([service, { sized }]) => {
    const wanted = Number(counts[`${name}.${service}`] ?? counts[service] ?? (protection ? 3 : 2));
    const listed = hosts.filter((host) => host.service === service).length;
    const nodes =
      platform === "ssh" ? listed : sized && counts[`${name}.${service}`] === undefined ? undefined : wanted;
    return [service, { nodes, config: configOf(given, service, name) }];
  });
  return {
    name,
    platform,
    protection,
    region,
    zones: given.zones ?? (region === "" ? [] : zones),
    account,
    owner: given.owner ?? "",
    repository: given.repository ?? "",
    domain: domainOf(given, name, protection),
    stateBucket: shares ? (given.stateBucket ?? (account === "" ? "" : `surefoot-state-${account}`)) : "",
    services: Object.fromEntries(services),
    hosts,
    ...(platform === "kubernetes" ? { cluster: clusterOf(given, name) } : {}),
  };
}

function domainOf(given: Given, name: string, protection: boolean): string {
  const domains = byName(given.domain);
  const own = domains[name];
  if (own !== undefined || domains[""] === undefined) return own ?? "";
  return protection ? domains[""] : `${name}.${domains[""]}`;
}

function wrongHosts({ hosts }: Given, files: Record<string, string>): string[] {
  const named = [...new Set(Object.values(byName(hosts)))].filter((file) => files[file] !== undefined);
  return named.flatMap((file) => readHosts(files[file] ?? "", file).complaints);
}
