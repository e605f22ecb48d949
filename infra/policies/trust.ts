// Rule: roles and resources trust somebody by name: not everybody, and not every workflow of every repository.
import { judgeDocument } from "./documents.ts";
import { standing } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";
import type { Statement } from "./statements.ts";

type Found = Omit<Finding, "property">;

const everybody = ({ principals }: Statement): boolean =>
  (principals["*"] ?? []).includes("*") || (principals["AWS"] ?? []).includes("*");

function open(statement: Statement): Found[] {
  if (!everybody(statement) || statement.conditions.length > 0) return [];
  return [{ what: "trusts everybody", mend: "name the accounts or roles, or add a condition" }];
}

/** A subject whose owner or repository is left open can be minted by a stranger's workflow. */
const loose = (subject: string): boolean =>
  /^[^:]*[*?]/.test(subject) || /^repo:[^/]*[*?]/.test(subject) || /^repo:[^/:]+\/[*?]/.test(subject);

function federated(statement: Statement): Found[] {
  const providers = (statement.principals["Federated"] ?? []).filter((name) =>
    name.includes("oidc-provider/"),
  );
  if (providers.length === 0) return [];
  const subjects = statement.conditions.filter(
    ({ operator, key }) => key.endsWith(":sub") && /^(ForAnyValue:)?String(Equals|Like)$/.test(operator),
  );
  const mend = "ask for the subject of your repository, such as repo:owner/name:environment:prod";
  if (subjects.length === 0) return [{ what: "any token of the provider is accepted", mend }];
  return subjects
    .filter(({ operator }) => operator.endsWith("StringLike"))
    .flatMap(({ values }) => values.filter((value) => /[*?]/.test(value)))
    .map((subject) => {
      const quoted = JSON.stringify(subject);
      if (loose(subject)) return { what: `the subject ${quoted} lets strangers in`, mend };
      const what = `the subject ${quoted} leaves open which branch or environment`;
      return { what, mend, level: "advisory" as const };
    });
}

const trust = (inputs: Inputs): Finding[] =>
  judgeDocument(inputs["assumeRolePolicy"], "assumeRolePolicy", (one) => [...open(one), ...federated(one)]);

const document = (inputs: Inputs): Finding[] => judgeDocument(inputs["policy"], "policy", open);

export const trustWide: Rule = {
  code: "trust-wide",
  what: "nothing trusts everybody",
  check: standing({
    "aws:iam/role:Role": trust,
    "aws:s3/bucketPolicy:BucketPolicy": document,
    "aws:sns/topicPolicy:TopicPolicy": document,
    "aws:sns/topic:Topic": document,
    "aws:sqs/queuePolicy:QueuePolicy": document,
    "aws:kms/key:Key": document,
    "aws:secretsmanager/secretPolicy:SecretPolicy": document,
    "aws:backup/vaultPolicy:VaultPolicy": document,
  }),
};
