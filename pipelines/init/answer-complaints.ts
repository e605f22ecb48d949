// What is still missing or wrong in what was given to `init`: everything at once. Pure.
import { complainAboutName } from "../../environments/name.ts";
import type { Answer } from "./answers.ts";
import { missingCluster } from "./cluster.ts";
import { byName, configOf, hasHttp } from "./given.ts";
import type { Given, Shared } from "./given.ts";

/** Flags that must be given, one line each: how. */
export function missingFlags(given: Given, shared: Shared, answers: readonly Answer[]): string[] {
  const missing = new Set<string>();
  for (const { name, platform, region, account, stateBucket, protection, domain } of answers) {
    const cloud = platform === "aws" || stateBucket !== "";
    if (cloud && region === "") missing.add("--region <region>, such as eu-central-1");
    if (cloud && account === "")
      missing.add("--account <12 digits>, or --account <name>=<12 digits> for each");
    if (platform === "aws" && protection && domain === "" && hasHttp(shared))
      missing.add(`--domain <domain>: ${name} is protected, and plain http is refused there`);
    const hosts = byName(given.hosts);
    if (platform === "ssh" && hosts[name] === undefined && (hosts[""] === undefined || answers.length > 1))
      missing.add(
        `--hosts ${answers.length > 1 ? `${name}=` : ""}<file>, a line a machine: <service> [user@]address[:port] [zone]`,
      );
  }
  return [...missing, ...missingCluster(answers)];
}

/** Config that services need and nothing gives, one line each. */
export function missingConfig(given: Given, { services }: Shared, names: readonly string[]): string[] {
  return Object.entries(services).flatMap(([service, { needs }]) => {
    const config = configOf(given, service, names[0] ?? "");
    const absent = needs.filter((key) => config[key] === undefined);
    return absent.map(
      (key) => `--set ${service}.${key}=<value>; {name} in it becomes the name of the environment`,
    );
  });
}

/** Flags that name an environment or a service that is none, and what contradicts itself. */
export function wrongNames(given: Given, names: readonly string[], { services }: Shared): string[] {
  const wrong = names.flatMap((name) => complainAboutName(name) ?? []);
  const known = Object.keys(services);
  const { account, domain, hosts, context, namespace, registry, base, prometheus, backups, ingress } = given;
  const named = {
    account,
    domain,
    hosts,
    context,
    namespace,
    registry,
    base,
    prometheus,
    backups,
    ingress,
  };
  for (const [flag, values] of Object.entries(named))
    for (const name of Object.keys(byName(values)))
      if (name !== "" && !names.includes(name))
        wrong.push(`--${flag} ${name}=…: ${name} is none of ${names.join(", ")}`);
  for (const name of given.protect ?? [])
    if (!names.includes(name)) wrong.push(`--protect ${name}: it is none of ${names.join(", ")}`);
  for (const key of Object.keys(byName(given.set)))
    if (!known.includes(key.split(".")[0] ?? "") || !key.includes("."))
      wrong.push(`--set ${key}=…: write <service>.<KEY>=<value>; services are ${known.join(", ")}`);
  for (const [key, count] of Object.entries(byName(given.nodes))) {
    const [service, name] = key.split(".").toReversed();
    if (
      !known.includes(service ?? "") ||
      (name !== undefined && !names.includes(name)) ||
      !/^\d{1,4}$/.test(count)
    )
      wrong.push(`--nodes ${key}=${count}: write <service>=<count> or <name>.<service>=<count>`);
  }
  const accounts = new Set(names.map((name) => byName(given.account)[name] ?? byName(given.account)[""]));
  if (given.stateBucket !== undefined && accounts.size > 1)
    wrong.push(
      "--state-bucket: a bucket lies in one account, and these environments are in several: leave it out",
    );
  return wrong;
}
