// What an up that was killed had made on AWS is found again by its tags: the one resource that carries them, or none.
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateLaunchTemplateCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ec2Client, kmsClient, snsClient } from "../../../pipelines/drivers/aws-clients.ts";
import { findOnAws } from "../../../pipelines/drivers/engine-find.ts";
import { findByTags } from "../../../pipelines/drivers/aws-tags.ts";
import { region } from "./machines.ts";
import { startMoto } from "./moto.ts";
import type { Moto } from "./moto.ts";

let moto: Moto;
beforeAll(async () => Object.assign(process.env, (moto = await startMoto()).env));
afterAll(() => moto?.stop());

const tagsOf = (name: string, environment = "prod") => ({
  "surefoot:environment": environment,
  "surefoot:name": name,
  "surefoot:owner": "team",
});
const listed = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const find = findOnAws((type, tags) => findByTags(region, type, tags));
const wanted = (type: string, name: string) =>
  find(type, { tags: tagsOf(name) }, `urn:pulumi:prod::surefoot::${type}::${name}`);

test("a network by its own tags, not that of another environment or another name", async () => {
  const ec2 = await ec2Client(region);
  const vpc = async (tags: Record<string, string>): Promise<string> => {
    const TagSpecifications = [{ ResourceType: "vpc" as const, Tags: listed(tags) }];
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16", TagSpecifications }));
    return Vpc?.VpcId ?? "";
  };
  await vpc(tagsOf("network", "dev"));
  await vpc(tagsOf("other"));
  expect(await wanted("aws:ec2/vpc:Vpc", "network")).toBeUndefined();
  const ours = await vpc(tagsOf("network"));
  expect(await wanted("aws:ec2/vpc:Vpc", "network")).toBe(ours);
  // Two could be anybody's.
  await vpc(tagsOf("network"));
  expect(await wanted("aws:ec2/vpc:Vpc", "network")).toBeUndefined();
  ec2.destroy();
});

test("a launch template, a key and a topic by the id that the engine knows them by", async () => {
  const [ec2, kms, sns] = await Promise.all([ec2Client(region), kmsClient(region), snsClient(region)]);
  const template = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: "server",
      LaunchTemplateData: { InstanceType: "t3.small" },
      TagSpecifications: [{ ResourceType: "launch-template", Tags: listed(tagsOf("server")) }],
    }),
  );
  const Tags = Object.entries(tagsOf("key")).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
  const key = await kms.send(new CreateKeyCommand({ Tags }));
  const topic = await sns.send(new CreateTopicCommand({ Name: "alerts", Tags: listed(tagsOf("alerts")) }));
  expect(await wanted("aws:ec2/launchTemplate:LaunchTemplate", "server")).toBe(
    template.LaunchTemplate?.LaunchTemplateId,
  );
  expect(await wanted("aws:kms/key:Key", "key")).toBe(key.KeyMetadata?.KeyId);
  expect(await wanted("aws:sns/topic:Topic", "alerts")).toBe(topic.TopicArn);
  for (const client of [ec2, kms, sns]) client.destroy();
});

test("what is named by us is looked up by its name, what carries no tags by nothing", async () => {
  expect(await find("aws:iam/role:Role", { name: "surefoot-prod-node" }, "urn")).toBe("surefoot-prod-node");
  expect(await find("aws:ec2/route:Route", {}, "urn")).toBeUndefined();
});
