// Deploys the bootstrap stack to moto, over the query API: no client of CloudFormation is needed for two calls.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { engineFolder } from "../../../infra/engine/locate.ts";

export const template = join(
  import.meta.dirname,
  "..",
  "..",
  "..",
  "pipelines",
  "init",
  "bootstrap.cfn.yaml",
);
const versions = { cloudformation: "2010-05-15", iam: "2010-05-08" };

/** Calls an action; gives the answer's XML, or throws with it. */
export async function query(
  endpoint: string,
  service: keyof typeof versions,
  parameters: Record<string, string>,
): Promise<string> {
  // moto reads from it which service is meant, and checks nothing else.
  const scope = `AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: { authorization: scope },
    body: new URLSearchParams({ ...parameters, Version: versions[service] }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${parameters["Action"]}: ${answer.status} ${text.slice(0, 2000)}`);
  return text;
}

/** Creates the stack and gives its outputs. */
export async function createStack(endpoint: string, bucket: string): Promise<Record<string, string>> {
  const StackName = "surefoot-bootstrap";
  await query(endpoint, "cloudformation", {
    Action: "CreateStack",
    StackName,
    TemplateBody: forMoto(readFileSync(template, "utf8")),
    "Capabilities.member.1": "CAPABILITY_NAMED_IAM",
    "Parameters.member.1.ParameterKey": "StateBucket",
    "Parameters.member.1.ParameterValue": bucket,
  });
  const text = await query(endpoint, "cloudformation", { Action: "DescribeStacks", StackName });
  if (!text.includes("<StackStatus>CREATE_COMPLETE<")) throw new Error(text);
  const outputs = text.matchAll(/<OutputKey>(\w+)<\/OutputKey><OutputValue>([^<]*)</g);
  return Object.fromEntries([...outputs].map(([, key = "", value = ""]) => [key, value]));
}

/**
 * moto's KMS stumbles over a key's tags from CloudFormation: it wants KMS's own spelling. Nothing else is left out here, but of
 * a bucket moto itself makes only the encryption: not versions, public access, life cycle and policy.
 */
function forMoto(text: string): string {
  const without = text.replace(/^ {6}Tags:\n(?: {8}.*\n)+(?=\n {2}StateKeyAlias:)/m, "");
  if (without === text) throw new Error("the tags of the key are not where they were");
  return without;
}

/**
 * Command and first word of AWS's own linter of templates: it comes with moto, in the environment that a started rig has made.
 * Its first line names the folder in which that was made, so Python is named here.
 */
export function linter(): [command: string, script: string] {
  const text = readFileSync(join(import.meta.dirname, "requirements.txt"));
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const rigs = join(engineFolder(), "..", "..", "rigs");
  const made = readdirSync(rigs).find((name) => name.startsWith("moto-") && name.endsWith(`-${digest}`));
  if (made === undefined) throw new Error(`no environment of moto in ${rigs}: start the rig first`);
  return [join(rigs, made, "bin", "python"), join(rigs, made, "bin", "cfn-lint")];
}
