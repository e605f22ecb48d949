// Writes the description of one environment: only what differs from base.yaml. Pure.
import { stringify } from "yaml";
import type { Answer } from "./answers.ts";
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
    ...(platform === "aws" ? awsOf(answer, shared, index, first) : { ssh: { hosts: answer.hosts } }),
    services: servicesOf(answer),
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

function servicesOf({ services }: Answer): object {
  return Object.fromEntries(
    Object.entries(services).map(([service, { nodes, config }]) => [
      service,
      {
        ...(nodes === undefined ? {} : { nodes }),
        ...(Object.keys(config).length === 0 ? {} : { config }),
      },
    ]),
  );
}
