// Rule: under protection, what holds state is marked so that neither the engine nor the cloud deletes it.
import { demand, isTrue } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";
import { isStateful } from "./stateful.ts";

/** Inputs that let a service drop data on the way out. */
const ways: Record<string, (inputs: Inputs) => Finding[]> = {
  "aws:rds/instance:Instance": database,
  "aws:rds/cluster:Cluster": database,
  "aws:s3/bucket:Bucket": emptied,
  "aws:backup/vault:Vault": emptied,
  "aws:dynamodb/table:Table": (inputs) =>
    demand(inputs, "deletionProtectionEnabled", isTrue, {
      what: "the table can be deleted by one call",
      mend: "set deletionProtectionEnabled: true",
    }),
};

function database(inputs: Inputs): Finding[] {
  return [
    ...demand(inputs, "deletionProtection", isTrue, {
      what: "the database can be deleted by one call",
      mend: "set deletionProtection: true",
    }),
    ...demand(inputs, "skipFinalSnapshot", (value) => !isTrue(value), {
      what: "the database would go without a last snapshot",
      mend: "set skipFinalSnapshot: false and a finalSnapshotIdentifier",
    }),
  ];
}

function emptied(inputs: Inputs): Finding[] {
  return demand(inputs, "forceDestroy", (value) => !isTrue(value), {
    what: "it would be emptied to be deleted",
    mend: "leave forceDestroy out",
  });
}

export const protection: Rule = {
  code: "protect-missing",
  what: "what holds state is protected where the description asks for protection",
  check: (resource, { protection: asked }) => {
    if (!asked || resource.new === null || resource.op === "read" || !isStateful(resource)) return [];
    const marked: Finding[] = resource.protect
      ? []
      : [
          {
            property: "protect",
            what: "the engine would delete it without asking",
            mend: "give the resource the option protect: true",
          },
        ];
    return [...marked, ...(ways[resource.type]?.(resource.new) ?? [])];
  },
};
