// Rule: nobody gets everything: no policy allows all actions on all resources, none hands out all of access management.
import { inlineDocuments, judgeDocument } from "./documents.ts";
import { standing, texts } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";
import type { Statement } from "./statements.ts";

const everything = /^(\*|\*:\*|iam:\*)$/i;
const administrators = /:policy\/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$/;
const mend = "name the actions and the resources that are needed";

function wide({ actions, notActions, resources }: Statement): Omit<Finding, "property">[] {
  if (!resources.includes("*")) return [];
  if (notActions !== undefined)
    return [{ what: `allows everything but ${notActions.length} actions on every resource`, mend }];
  const action = actions.find((one) => everything.test(one));
  return action === undefined ? [] : [{ what: `allows ${action} on every resource`, mend }];
}

const document = (inputs: Inputs): Finding[] => judgeDocument(inputs["policy"], "policy", wide);

const attached =
  (property: string) =>
  (inputs: Inputs): Finding[] =>
    texts(inputs[property])
      .filter((arn) => administrators.test(arn))
      .map((arn) => ({
        property,
        what: `attaches ${arn.split("/").at(-1)}`,
        mend: "attach a policy of its own",
      }));

export const adminWildcard: Rule = {
  code: "admin-wildcard",
  what: "no policy allows everything",
  check: standing({
    "aws:iam/policy:Policy": document,
    "aws:iam/rolePolicy:RolePolicy": document,
    "aws:iam/userPolicy:UserPolicy": document,
    "aws:iam/groupPolicy:GroupPolicy": document,
    "aws:iam/role:Role": (inputs) => [
      ...attached("managedPolicyArns")(inputs),
      ...inlineDocuments(inputs).flatMap(({ property, document: text }) =>
        judgeDocument(text, property, wide),
      ),
    ],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": attached("policyArn"),
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": attached("policyArn"),
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": attached("policyArn"),
  }),
};
