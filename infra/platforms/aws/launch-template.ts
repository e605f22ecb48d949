// What a service's machines are: type, image, disk, and what they do first. The running release is no part of it.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Service } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import { servicePort } from "./firewall.ts";
import type { FleetNeeds } from "./fleet.ts";
import { imageOf } from "./image.ts";
import { limits } from "./names.ts";
import { nodeStart } from "./node-start.ts";
import { nodeProfile } from "./node-role.ts";
import type { NodeMay } from "./node-role.ts";
import { tagKeys } from "./tags.ts";

/** Declares it. Instances have no key pair and no open port for SSH: sessions come through SSM, keys are valid for a minute. */
export function launchTemplate(
  context: Context,
  service: Service,
  needs: FleetNeeds,
  may: NodeMay,
): aws.ec2.LaunchTemplate {
  const profile = nodeProfile(context, service, may);
  const name = context.name(service.name, limits.group);
  const userData = pulumi
    .all([may.bucket.bucket, may.logs.name, may.secret.name])
    .apply(([bucket, logGroup, secret]) =>
      nodeStart({
        service,
        environment: context.description.name,
        region: context.region,
        bucket,
        group: name,
        logGroup,
        secret,
        port: servicePort,
      }),
    )
    .apply((text) => Buffer.from(text).toString("base64"));
  // Every version of the template replaces the machines: who owns them is a tag of the group instead, which does not.
  const { [tagKeys.owner]: _owner, ...tags } = nodeTags(context, service);
  return new aws.ec2.LaunchTemplate(
    service.name,
    {
      name: context.name(service.name, 128),
      imageId: imageOf(service.machine),
      instanceType: service.machine,
      userData,
      iamInstanceProfile: { arn: profile.arn },
      vpcSecurityGroupIds: [needs.firewall.nodes.id],
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      // The account's own key for disks: the group's service could not use ours without a grant for it.
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: { volumeType: "gp3", volumeSize: 20, encrypted: "true", deleteOnTermination: "true" },
        },
      ],
      monitoring: { enabled: true },
      tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
      tags: context.tags(service.name),
    },
    context.options,
  );
}

/** Tags of a service's machines: the release plane finds them by these. */
export function nodeTags(context: Context, service: Service): Record<string, string> {
  return context.tags(service.name, {
    [tagKeys.service]: service.name,
    Name: context.name(service.name),
  });
}
