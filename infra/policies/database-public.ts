// Rule: no database can be reached from the internet.
import { demand, isTrue, standing } from "./rule.ts";
import type { Inputs, Rule } from "./rule.ts";

const check = (inputs: Inputs) =>
  demand(inputs, "publiclyAccessible", (value) => !isTrue(value), {
    what: "the database gets a public address",
    mend: "leave publiclyAccessible out; reach it through a node or the broker",
  });

export const databasePublic: Rule = {
  code: "database-public",
  what: "no database is reachable from the internet",
  check: standing({
    "aws:rds/instance:Instance": check,
    "aws:rds/clusterInstance:ClusterInstance": check,
  }),
};
