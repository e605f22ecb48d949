// Proves that backups can be restored: the newest one becomes a database aside, is timed, and is deleted again by AWS.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context.ts";
import type { Database } from "./database.ts";
import { restoreTestName } from "./names.ts";

/** Declares the plan and what it restores: the database, where nodes cannot reach it by its name. */
export function restoreTest(
  context: Context,
  how: "daily" | "weekly",
  vault: aws.backup.Vault,
  role: aws.iam.Role,
  { primary, subnets, wanted }: Database,
): void {
  const { description, options } = context;
  const name = restoreTestName(description.name);
  const plan = new aws.backup.RestoreTestingPlan(
    "restore-test",
    {
      name,
      scheduleExpression: how === "daily" ? "cron(0 14 * * ? *)" : "cron(0 14 ? * SUN *)",
      startWindowHours: 1,
      recoveryPointSelection: {
        algorithm: "LATEST_WITHIN_WINDOW",
        includeVaults: [vault.arn],
        recoveryPointTypes: ["SNAPSHOT"],
        selectionWindowDays: 7,
      },
      tags: context.tags("restore-test"),
    },
    options,
  );
  new aws.backup.RestoreTestingSelection(
    "restore-test",
    {
      name,
      restoreTestingPlanName: plan.name,
      protectedResourceType: "RDS",
      protectedResourceArns: [primary.arn],
      iamRoleArn: role.arn,
      validationWindowHours: 1,
      restoreMetadataOverrides: {
        dbInstanceClass: wanted.machine,
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: pulumi.jsonStringify(primary.vpcSecurityGroupIds),
        multiAz: "false",
      },
    },
    options,
  );
}
