// Where policy documents stand among a resource's inputs, and how a rule looks at each statement of them.
import { objects } from "./rule.ts";
import { notYetKnown } from "./rule.ts";
import type { Finding, Inputs } from "./rule.ts";
import { readDocument } from "./statements.ts";
import type { Statement } from "./statements.ts";

/** Judges each allowing statement of the document at `property`; unknown and unreadable documents are told. */
export function judgeDocument(
  document: unknown,
  property: string,
  judge: (statement: Statement) => Omit<Finding, "property">[],
): Finding[] {
  if (document === undefined || document === null) return [];
  const read = readDocument(document);
  if (!read.known) {
    if (!read.unreadable) return [notYetKnown(property)];
    return [{ property, what: "the policy is not a JSON document", mend: "write it with JSON.stringify" }];
  }
  return read.statements
    .filter(({ allows }) => allows)
    .flatMap((statement) =>
      judge(statement).map((finding) => ({
        property: `${property}.Statement[${statement.index}]`,
        ...finding,
      })),
    );
}

/** Documents written into a role itself. */
export function inlineDocuments(inputs: Inputs): { property: string; document: unknown }[] {
  return objects(inputs["inlinePolicies"] ?? []).map(({ policy }, index) => ({
    property: `inlinePolicies[${index}].policy`,
    document: policy,
  }));
}
