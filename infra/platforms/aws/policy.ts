// Access policies as plain data: no lookup in the cloud is needed to write one, so a preview works without an account.
import * as pulumi from "@pulumi/pulumi";

export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: pulumi.Input<string> | Record<string, pulumi.Input<pulumi.Input<string>[] | string>>;
  Action: string[];
  Resource?: pulumi.Input<string> | pulumi.Input<string>[];
  NotResource?: pulumi.Input<string>[];
  Condition?: Record<string, Record<string, pulumi.Input<string | string[]>>>;
}

/** The JSON of a policy. */
export function policyJson(statements: Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/** Who may take a role: a service of AWS. A role cannot be handed to a service by another account, so nothing else is asked. */
export function trustService(service: string): pulumi.Output<string> {
  return policyJson([{ Effect: "Allow", Principal: { Service: service }, Action: ["sts:AssumeRole"] }]);
}
