// Who keeps the password of the database's first user: RDS itself, unless there is a replica, which it then refuses to make.
import { randomBytes } from "node:crypto";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

type Password = Pick<
  aws.rds.InstanceArgs,
  "manageMasterUserPassword" | "masterUserSecretKmsKeyId" | "password"
>;

/**
 * RDS keeps it in Secrets Manager and renews it. It makes no replica of a database whose password it keeps: there the password is
 * a random one that nobody is told, encrypted in the engine's state. Whoever needs that user gives it a new one; services come as
 * users of their own. Each run makes another one, so the engine must ignore its changes.
 */
export function firstPassword(replica: boolean, key: aws.kms.Key): Password {
  if (!replica) return { manageMasterUserPassword: true, masterUserSecretKmsKeyId: key.keyId };
  return { password: pulumi.secret(randomBytes(20).toString("hex")) };
}
