// What `init` asks about an environment in a cluster. Pure.
import type { ZodType } from "zod";
import { kubernetesSchema } from "../../environments/kubernetes-shape.ts";
import { hasHttp, namesOf, valueFor } from "./given.ts";
import type { Given, Shared } from "./given.ts";
import { DOMAIN, matching } from "./patterns.ts";
import type { Question } from "./questions.ts";

const fields = kubernetesSchema.shape;
type Key = "context" | "namespace" | "registry" | "base" | "prometheus" | "backups" | "domain";

interface Asked {
  key: Key;
  message: string;
  standard?: string;
  choices?: readonly string[];
  complain: (answer: string) => string | undefined;
}

/** The next question, or undefined when everything that is needed is given. `contexts`: those of the kubeconfig, the current one first. */
export function askCluster(given: Given, shared: Shared, contexts: readonly string[]): Question | undefined {
  const open = [...contextQuestions(given, contexts), ...questions(shared)].find(
    ({ key }) => given[key] === undefined || (key === "context" && homeless(given) !== undefined),
  );
  if (open === undefined) return undefined;
  const { key, ...question } = open;
  const name = key === "context" ? `${homeless(given) ?? ""}=` : "";
  return {
    ...question,
    take: (answer) => ({ ...given, [key]: answer === "" ? [] : [...(given[key] ?? []), `${name}${answer}`] }),
  };
}

/** The first environment of which nobody has said where it is. */
function homeless(given: Given): string | undefined {
  return namesOf(given).find((name) => valueFor(given.context, name) === undefined);
}

function contextQuestions(given: Given, contexts: readonly string[]): Asked[] {
  const name = homeless(given);
  if (name === undefined) return [];
  return [
    {
      key: "context",
      message: `Which cluster is ${name} in? A context of your kubeconfig; no other is touched`,
      ...(contexts.length === 0 ? {} : { choices: contexts }),
      complain: said(fields.context),
    },
  ];
}

function questions(shared: Shared): Asked[] {
  const none = (schema: (answer: string) => string | undefined) => (answer: string) =>
    answer === "" ? undefined : schema(answer);
  return [
    {
      key: "namespace",
      message: "Which namespace is each environment's own? {name} in it becomes the name of the environment",
      standard: "surefoot-{name}",
      complain: (answer) => said(fields.namespace)(answer.replaceAll("{name}", "x")),
    },
    {
      key: "registry",
      message: "Where are releases pushed as images? Such as registry.example.com/game",
      complain: said(fields.registry),
    },
    {
      key: "base",
      message: "Which image, by digest, are they laid upon? `crane digest node:24-slim` tells a digest",
      complain: said(fields.base),
    },
    {
      key: "prometheus",
      message: "Where does Argo Rollouts reach Prometheus?",
      standard: fields.prometheus.parse(undefined),
      complain: said(fields.prometheus),
    },
    ...(shared.database
      ? [
          {
            key: "backups" as const,
            message: "Where is the database backed up to? Such as s3://game-backups (empty: no database)",
            standard: "",
            complain: none(said(fields.backups.unwrap().shape.destination)),
          },
        ]
      : []),
    ...(hasHttp(shared)
      ? [
          {
            key: "domain" as const,
            message: "Under which domain is it reached, by an ingress? (may be empty)",
            standard: "",
            complain: none(matching(DOMAIN, "a domain, such as play.example.com")),
          },
        ]
      : []),
  ];
}

/** What the shape of descriptions says of an answer. */
function said(schema: ZodType): (answer: string) => string | undefined {
  return (answer) => schema.safeParse(answer).error?.issues[0]?.message;
}
