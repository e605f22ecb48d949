// Writes the description of one environment: only what differs from base.yaml. Pure.
import { stringify } from "yaml";
import type { Answer } from "./answers.ts";
import { BACKUP_SECRET, TLS_SECRET } from "./cluster.ts";
import type { Shared } from "./given.ts";

export const stateKey = "alias/surefoot-state";

const OIDC = "oidc-provider/token.actions.githubusercontent.com";

/**
 * The text of `<name>.yaml`. `index` counts all of them, for networks of their own; `first`: no environment before it is in
 * the same account, so it makes what an account has once.
 */
export function descriptionText(answer: Answer, shared: Shared, index: number, first: boolean): string {
  const { name, platform, protection, owner } = answer;
  const value = {
    extends: "base",
    platform,
    ...(platform === "aws" ? { region: answer.region, zones: answer.zones } : {}),
    ...(protection ? { protection } : {}),
    ...(platform === "aws" ? { account: answer.account } : {}),
    ...(owner === "" ? {} : { owner }),
    ...stateOf(answer),
    ...(platform === "aws" ? awsOf(answer, shared, index, first) : {}),
    ...(platform === "ssh" ? { ssh: { hosts: answer.hosts } } : {}),
    ...clusterKeysOf(answer, shared),
    services: servicesOf(answer, shared),
  };
  const head =
    "# yaml-language-server: $schema=./environment.schema.json\n" +
    `# ${name}, begun by surefoot init. Only what differs from base.yaml stands here; README.md lists every key.\n`;
  return head + stringify(value, { lineWidth: 0 });
}

function stateOf({ stateBucket, region }: Answer): object {
  return stateBucket === "" ? {} : { state: { bucket: stateBucket, region, key: stateKey } };
}

function awsOf(
  { domain, repository, account, protection }: Answer,
  shared: Shared,
  index: number,
  first: boolean,
): object {
  // An account has one OIDC provider for GitHub: the first environment makes it, the others name it.
  const provider = first ? {} : { provider: `arn:aws:iam::${account}:${OIDC}` };
  return {
    network: { cidr: `10.${20 + index}.0.0/16` },
    ...(domain === "" ? {} : { edge: { domain } }),
    ...(repository === "" ? {} : { review: { repository, ...provider } }),
    ...(protection && shared.database ? { database: { multiZone: true, retention: "14d" } } : {}),
  };
}

function clusterKeysOf({ cluster, domain, protection }: Answer, shared: Shared): object {
  if (cluster === undefined) return {};
  const { context, namespace, registry, base, prometheus, backups, ingress } = cluster;
  const tls = protection ? { tlsSecret: TLS_SECRET } : {};
  // A database that nobody backs up is none that a description should begin with.
  const data = protection ? { multiZone: true, retention: "14d" } : undefined;
  return {
    kubernetes: {
      context,
      ...(namespace === undefined ? {} : { namespace }),
      registry,
      base,
      ...(prometheus === undefined ? {} : { prometheus }),
      ...(domain === "" ? {} : { ingress: { class: ingress, ...tls } }),
      ...(backups === undefined ? {} : { backups: { destination: backups, secret: BACKUP_SECRET } }),
    },
    ...(domain === "" ? {} : { edge: { domain } }),
    ...(shared.database && backups === undefined ? { database: "none" } : {}),
    ...(backups !== undefined && data !== undefined ? { database: data } : {}),
  };
}

// Pods are replaced, never restarted, and ended at the limit of their drain: said here, where base.yaml asks for more.
function podsOf({ kind }: { kind?: string } = {}): object {
  // oxlint-disable-next-line unicorn/no-thenable -- a word, not a function
  const drain = { then: "force" };
  return { rollout: { smokeRestart: false, ...(kind === "sessions" ? { drain } : {}) } };
}

function servicesOf({ services, cluster }: Answer, shared: Shared): object {
  return Object.fromEntries(
    Object.entries(services).map(([service, { nodes, config }]) => [
      service,
      {
        ...(nodes === undefined ? {} : { nodes }),
        ...(Object.keys(config).length === 0 ? {} : { config }),
        ...(cluster === undefined ? {} : podsOf(shared.services[service])),
      },
    ]),
  );
}
