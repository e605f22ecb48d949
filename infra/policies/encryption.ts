// Rule: what is stored is encrypted, and with the environment's own key where the cloud would take one of its own.
import { demand, isTrue, notYetKnown, objects, standing, unjudgeable } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";

const storage = (inputs: Inputs): Finding[] => {
  // A copy in the same region inherits it from its source, which is judged itself.
  if (inputs["replicateSourceDb"] !== undefined && inputs["storageEncrypted"] === undefined) return [];
  return demand(inputs, "storageEncrypted", isTrue, {
    what: "the database's storage is not encrypted",
    mend: "set storageEncrypted: true (on a database that exists this means a new one from a snapshot)",
  });
};

/** Any key will do, and one that is made in the same plan, so not known yet, is one. */
const key =
  (property: string, finding: Omit<Finding, "property">) =>
  (inputs: Inputs): Finding[] =>
    inputs[property] ? [] : [{ property, ...finding }];

/** The service encrypts by itself; only an own key can be taken away from those who should no longer read. */
const ownKey = (property: string, noun: string) =>
  key(property, {
    what: `the ${noun} is encrypted with the service's key, not with the environment's own`,
    mend: `set ${property} to the environment's key`,
    level: "advisory",
  });

function volumes(inputs: Inputs): Finding[] {
  const mappings = inputs["blockDeviceMappings"];
  if (unjudgeable(mappings)) return [notYetKnown("blockDeviceMappings")];
  const mend = "map the root volume with ebs: { encrypted: true }";
  const all = Array.isArray(mappings) ? mappings : [];
  if (!objects(all).some(({ ebs }) => ebs !== undefined))
    return [{ property: "blockDeviceMappings", what: "the volumes are as the image says", mend }];
  return all.flatMap((mapping: unknown, index) =>
    objects(mapping)
      .flatMap(({ ebs }) => objects(ebs))
      .flatMap((ebs) =>
        demand(ebs, "encrypted", isTrue, { what: "a volume of each node is not encrypted", mend }),
      )
      .map((finding) => ({ ...finding, property: `blockDeviceMappings[${index}].ebs.${finding.property}` })),
  );
}

export const encryption: Rule = {
  code: "encryption-missing",
  what: "everything stored is encrypted",
  check: standing({
    "aws:rds/instance:Instance": storage,
    "aws:rds/cluster:Cluster": storage,
    "aws:ec2/launchTemplate:LaunchTemplate": volumes,
    "aws:ebs/volume:Volume": (inputs) =>
      demand(inputs, "encrypted", isTrue, {
        what: "the volume is not encrypted",
        mend: "set encrypted: true",
      }),
    "aws:sns/topic:Topic": key("kmsMasterKeyId", {
      what: "messages of the topic are not encrypted",
      mend: "set kmsMasterKeyId to a key that CloudWatch may use",
    }),
    "aws:secretsmanager/secret:Secret": ownKey("kmsKeyId", "secret"),
    "aws:backup/vault:Vault": ownKey("kmsKeyArn", "vault"),
    "aws:s3/bucket:Bucket": (inputs, resource, context) => {
      if (inputs["serverSideEncryptionConfiguration"] !== undefined) return [];
      const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
      return context.aboutBucket(resource, type)
        ? []
        : [
            {
              property: "bucket",
              what: "nothing says how the bucket is encrypted: S3 takes its own key",
              mend: "add a BucketServerSideEncryptionConfiguration with the environment's key",
              level: "advisory",
            },
          ];
    },
  }),
};
