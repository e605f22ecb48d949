// Finds a resource on AWS by the tags that everything of Surefoot carries: what was made by an update that was killed.
import { DescribeTagsCommand } from "@aws-sdk/client-ec2";
import { GetResourcesCommand } from "@aws-sdk/client-resource-groups-tagging-api";
import { ec2Client, taggingClient } from "./aws-clients.ts";
import { onAws } from "./aws-failure.ts";

/** How a type is called where tags are asked for, and what of its ARN is the engine's id. */
interface Tagged {
  filter: string;
  idOf: (arn: string) => string;
}

const whole = (arn: string): string => arn;
const last = (arn: string): string => arn.split(/[:/]/).at(-1) ?? arn;

// From the tagging API's list of resource types, and the import section of each resource in the provider's documentation.
const tagged: Record<string, Tagged> = {
  "aws:acm/certificate:Certificate": { filter: "acm:certificate", idOf: whole },
  "aws:backup/plan:Plan": { filter: "backup:backup-plan", idOf: last },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": { filter: "iam:oidc-provider", idOf: whole },
  "aws:iam/policy:Policy": { filter: "iam:policy", idOf: whole },
  "aws:kms/key:Key": { filter: "kms:key", idOf: last },
  "aws:lb/listener:Listener": { filter: "elasticloadbalancing:listener", idOf: whole },
  "aws:lb/listenerRule:ListenerRule": { filter: "elasticloadbalancing:listener-rule", idOf: whole },
  "aws:lb/loadBalancer:LoadBalancer": { filter: "elasticloadbalancing:loadbalancer", idOf: whole },
  "aws:lb/targetGroup:TargetGroup": { filter: "elasticloadbalancing:targetgroup", idOf: whole },
  "aws:secretsmanager/secret:Secret": { filter: "secretsmanager:secret", idOf: whole },
  "aws:sns/topic:Topic": { filter: "sns", idOf: whole },
};

// EC2 tells tags of its own kinds, launch templates included, by kind and id.
const ec2Kinds: Record<string, string> = {
  "aws:ec2/eip:Eip": "elastic-ip",
  "aws:ec2/internetGateway:InternetGateway": "internet-gateway",
  "aws:ec2/launchTemplate:LaunchTemplate": "launch-template",
  "aws:ec2/natGateway:NatGateway": "natgateway",
  "aws:ec2/routeTable:RouteTable": "route-table",
  "aws:ec2/securityGroup:SecurityGroup": "security-group",
  "aws:ec2/subnet:Subnet": "subnet",
  "aws:ec2/vpc:Vpc": "vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "vpc-endpoint",
};

/** The engine's id of the one resource of this type with all these tags; undefined where there is none, or more than one. */
export async function findByTags(
  region: string,
  type: string,
  tags: Record<string, string>,
): Promise<string | undefined> {
  const state = "nothing was changed; the state still lists it as begun";
  const found = await onAws({ doing: "looking for what an interrupted update made", state }, async () => {
    const kind = ec2Kinds[type];
    if (kind !== undefined) return ec2Ids(region, kind, tags);
    const how = tagged[type];
    return how === undefined ? [] : taggedIds(region, how, tags);
  });
  // Two could be anybody's: adopting the wrong one is worse than none.
  return found.length === 1 ? found[0] : undefined;
}

async function taggedIds(
  region: string,
  { filter, idOf }: Tagged,
  tags: Record<string, string>,
): Promise<string[]> {
  const client = await taggingClient(region);
  try {
    const { ResourceTagMappingList = [] } = await client.send(
      new GetResourcesCommand({
        ResourceTypeFilters: [filter],
        TagFilters: Object.entries(tags).map(([Key, value]) => ({ Key, Values: [value] })),
      }),
    );
    return ResourceTagMappingList.flatMap(({ ResourceARN }) =>
      ResourceARN === undefined ? [] : [idOf(ResourceARN)],
    );
  } finally {
    client.destroy();
  }
}

/** Tags are told one a line: an id counts when it has every one of them. */
async function ec2Ids(region: string, kind: string, tags: Record<string, string>): Promise<string[]> {
  const client = await ec2Client(region);
  try {
    const perTag = await Promise.all(
      Object.entries(tags).map(async ([key, value]) => {
        const Filters = [
          { Name: "resource-type", Values: [kind] },
          { Name: "key", Values: [key] },
          { Name: "value", Values: [value] },
        ];
        const { Tags = [] } = await client.send(new DescribeTagsCommand({ Filters }));
        return new Set(Tags.flatMap(({ ResourceId }) => ResourceId ?? []));
      }),
    );
    const [first = new Set<string>(), ...others] = perTag;
    return [...first].filter((id) => others.every((ids) => ids.has(id)));
  } finally {
    client.destroy();
  }
}
