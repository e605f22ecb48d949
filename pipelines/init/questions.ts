// What `init` still has to ask a person, one question after the other. Pure.
import { complainAboutName } from "../../environments/name.ts";
import { askCluster } from "./cluster-questions.ts";
import { byName, defaultNames, hasHttp, namesOf, platforms, protectedOf } from "./given.ts";
import type { Given, Shared } from "./given.ts";
import { DOMAIN, matching } from "./patterns.ts";

export interface Question {
  message: string;
  /** Shown, and taken where nothing is typed. */
  standard?: string;
  choices?: readonly string[];
  /** What is wrong with an answer; undefined: it is fine. */
  complain: (answer: string) => string | undefined;
  /** Everything given, with this answer. */
  take: (answer: string) => Given;
}

/** The next question, or undefined when everything that is needed is given. `contexts`: those of the kubeconfig. */
export function nextQuestion(
  given: Given,
  shared: Shared,
  contexts: readonly string[] = [],
): Question | undefined {
  const { platform } = given;
  if (platform === undefined) {
    return {
      message: "What is it made of?",
      choices: platforms,
      complain: () => undefined,
      take: (answer) => ({ ...given, platform: answer }),
    };
  }
  if (given.names === undefined || given.names.length === 0) {
    return {
      message: "Which environments?",
      standard: defaultNames.join(" "),
      complain: (answer) =>
        words(answer)
          .map(complainAboutName)
          .find((complaint) => complaint !== undefined),
      take: (answer) => ({ ...given, names: words(answer) }),
    };
  }
  return askPlatform(given, shared, contexts) ?? askConfig(given, shared) ?? askOwner(given);
}

function askPlatform(given: Given, shared: Shared, contexts: readonly string[]): Question | undefined {
  if (given.platform === "aws") return askAws(given, shared);
  return given.platform === "kubernetes" ? askCluster(given, shared, contexts) : askSsh(given);
}

function askAws(given: Given, shared: Shared): Question | undefined {
  const names = namesOf(given);
  if (given.region === undefined) {
    const complain = matching(/^[a-z]{2,4}(-[a-z]+)+-\d$/, "a region, such as eu-central-1");
    return {
      message: "Which region?",
      standard: "eu-central-1",
      complain,
      take: (region) => ({ ...given, region }),
    };
  }
  const accounts = byName(given.account);
  const homeless = names.find((name) => (accounts[name] ?? accounts[""]) === undefined);
  if (homeless !== undefined) {
    const complain = matching(/^\d{12}$/, "the 12 digits of an account");
    const standard = Object.values(accounts).at(-1);
    const take = (answer: string) => ({
      ...given,
      account: [...(given.account ?? []), `${homeless}=${answer}`],
    });
    const message = `Which AWS account is ${homeless} in? One of its own is safest.`;
    return { message, ...(standard === undefined ? {} : { standard }), complain, take };
  }
  if (given.domain === undefined && hasHttp(shared)) {
    const must = protectedOf(given).length > 0;
    const complain = matching(
      must ? DOMAIN : new RegExp(`^$|${DOMAIN.source}`),
      "a domain, such as play.example.com",
    );
    const message = `Under which domain is it reached?${must ? "" : " (may be empty)"}`;
    const take = (answer: string) => ({ ...given, domain: answer === "" ? [] : [answer] });
    return { message, ...(must ? {} : { standard: "" }), complain, take };
  }
  if (given.repository !== undefined) return undefined;
  const complain = matching(/^$|^[\w.-]+\/[\w.-]+$/, "owner/name");
  const message = "Whose workflows on GitHub may change it? owner/name (may be empty)";
  return { message, standard: "", complain, take: (repository) => ({ ...given, repository }) };
}

function askSsh(given: Given): Question | undefined {
  const names = namesOf(given);
  const files = byName(given.hosts);
  const bare = names.find(
    (name) => files[name] === undefined && (files[""] === undefined || names.length > 1),
  );
  if (bare === undefined) return undefined;
  return {
    message: `Which file lists the machines of ${bare}? A line each: <service> [user@]address[:port] [zone]`,
    complain: matching(/./, "the path of a file"),
    take: (file) => ({ ...given, hosts: [...(given.hosts ?? []), `${bare}=${file}`] }),
  };
}

function askConfig(given: Given, { services }: Shared): Question | undefined {
  const known = byName(given.set);
  for (const [service, { needs }] of Object.entries(services)) {
    const key = needs.find((one) => known[`${service}.${one}`] === undefined);
    if (key === undefined) continue;
    return {
      message: `${service} needs ${key}: which value? {name} in it becomes the name of the environment`,
      complain: matching(/./, "a value"),
      take: (value) => ({ ...given, set: [...(given.set ?? []), `${service}.${key}=${value}`] }),
    };
  }
  return undefined;
}

function askOwner(given: Given): Question | undefined {
  if (given.owner !== undefined) return undefined;
  const complain = matching(/^[\w .@-]{0,100}$/, "a team or a person");
  const message = "Who answers for it? A team or a person (may be empty)";
  return { message, standard: "", complain, take: (owner) => ({ ...given, owner }) };
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}
