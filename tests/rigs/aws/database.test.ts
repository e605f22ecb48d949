// Snapshots and restores of a database against moto: always beside the old one, with its network and its protection.
import { CreateDBInstanceCommand, CreateDBSubnetGroupCommand } from "@aws-sdk/client-rds";
import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ec2Client, rdsClient } from "../../../pipelines/drivers/aws-clients.ts";
import { openAwsDatabase } from "../../../pipelines/drivers/aws-database.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { startMoto } from "./moto.ts";
import { answers, startProxy } from "./proxy.ts";

const region = "eu-central-1";
const moto = await startMoto();
const proxy = await startProxy(moto.endpoint);
Object.assign(process.env, moto.env, { AWS_ENDPOINT_URL: proxy.endpoint });
const database = await openAwsDatabase(region);
afterAll(async () => {
  database.close();
  await proxy.stop();
  await moto.stop();
});
let group = "";

beforeAll(async () => {
  const ec2 = await ec2Client(region);
  const rds = await rdsClient(region);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const VpcId = Vpc?.VpcId ?? "";
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.0.1.0/24" }));
  const made = await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: "db", Description: "db" }));
  group = made.GroupId ?? "";
  const DBSubnetGroupName = "surefoot-prod-database";
  const SubnetIds = [Subnet?.SubnetId ?? ""];
  await rds.send(
    new CreateDBSubnetGroupCommand({ DBSubnetGroupName, DBSubnetGroupDescription: "d", SubnetIds }),
  );
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: "one",
      DBInstanceClass: "db.t4g.medium",
      Engine: "postgres",
      AllocatedStorage: 20,
      MasterUsername: "surefoot",
      MasterUserPassword: "only-for-moto",
      BackupRetentionPeriod: 7,
      DeletionProtection: true,
      DBSubnetGroupName,
      VpcSecurityGroupIds: [group],
    }),
  );
});

const wish = { source: "one", protect: false };

test("a snapshot is taken and restored beside, in the same network, protected only as was said", async () => {
  expect(await database.snapshot("one", "before-r2")).toMatch(/^arn:aws:rds:.*:snapshot:before-r2$/);
  const tags = { "surefoot:environment": "prod" };
  const from = { snapshot: "before-r2" };
  const restored = await database.restore({ ...wish, target: "aside", from, tags });
  expect(restored).toMatchObject({
    DBInstanceIdentifier: "aside",
    DBInstanceStatus: "available",
    DeletionProtection: false,
    DBSubnetGroup: { DBSubnetGroupName: "surefoot-prod-database" },
    VpcSecurityGroups: [{ VpcSecurityGroupId: group }],
  });
  expect((await database.find("one"))?.DeletionProtection).toBe(true);
});

test("a moment is restored beside, and protected where that was said", async () => {
  const now = await database.restore({ ...wish, target: "now", from: { at: Date.now() }, protect: true });
  expect(now).toMatchObject({ DBInstanceIdentifier: "now", DeletionProtection: true });
  const last = await database.restore({ ...wish, target: "last", from: "latest" });
  expect(last).toMatchObject({ DBInstanceIdentifier: "last", DeletionProtection: false });
});

test.each([
  ["the source itself", { target: "one" }, "E_RESTORE_TARGET"],
  ["a name that is taken", { target: "taken" }, "E_RESTORE_TARGET"],
  ["a name that cannot be", { target: "a--b" }, "E_RESTORE_TARGET"],
  ["a moment before its time", { target: "early", from: { at: 0 } }, "E_RESTORE_POINT"],
  ["a source that is not there", { source: "none", target: "x" }, "E_RESTORE_POINT"],
  ["a snapshot that is not there", { target: "x", from: { snapshot: "none" } }, "E_AWS"],
])("%s is refused and nothing is made", async (_, asked, code) => {
  if (asked.target === "taken") await database.restore({ ...wish, target: "taken", from: "latest" });
  proxy.fate(() => "pass");
  const refusal = await refusalFrom(database.restore({ ...wish, from: "latest", ...asked }));
  expect(refusal.code).toBe(code);
  expect(await database.find("x")).toBeUndefined();
});

test.each([
  [answers.throttled, "E_AWS_THROTTLED", "throttling"],
  [answers.deniedSnapshot, "E_AWS_DENIED", "may not rds:CreateDBSnapshot"],
])("a failure of AWS is told in its own code: %#", async (fate, code, says) => {
  proxy.fate(() => fate);
  const refused = { code, message: expect.stringContaining(says) };
  await expect(database.snapshot("one", "other")).rejects.toMatchObject(refused);
  proxy.fate(() => "pass");
  expect((await database.find("one"))?.DBInstanceStatus).toBe("available");
});
