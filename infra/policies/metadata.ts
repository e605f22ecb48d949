// Rule: a node's metadata is read with a token only (IMDSv2): a tricked web server must not hand out the node's role.
import { isObject, notYetKnown, standing, unjudgeable } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";

function check(inputs: Inputs): Finding[] {
  const options = inputs["metadataOptions"];
  const property = "metadataOptions.httpTokens";
  if (unjudgeable(options)) return [notYetKnown("metadataOptions")];
  const { httpTokens, httpEndpoint } = isObject(options) ? options : {};
  if (unjudgeable(httpTokens)) return [notYetKnown(property)];
  if (httpTokens === "required" || httpEndpoint === "disabled") return [];
  return [
    {
      property,
      what: "metadata can be read without a token",
      mend: 'set metadataOptions: { httpTokens: "required" }',
    },
  ];
}

export const metadata: Rule = {
  code: "metadata-v1",
  what: "nodes take IMDSv2 only",
  check: standing({
    "aws:ec2/launchTemplate:LaunchTemplate": check,
    "aws:ec2/instance:Instance": check,
  }),
};
