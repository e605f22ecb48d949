// The AWS program over the real descriptions: everything named and tagged, each change small, nothing open, no release in it.
import { beforeAll, describe, expect, it } from "vitest";
import type { Description } from "../../../../environments/shape.ts";
import { declare, described } from "./mocks.ts";
import type { Declared } from "./mocks.ts";

const untagged =
  /(Attachment|RolePolicy|Association|Versioning|Controls|AccessBlock|EncryptionConfiguration|LifecycleConfiguration|BucketPolicy|TopicPolicy|TopicSubscription|Route|Alias|Selection|VaultLockConfiguration|LifecycleHook|Schedule|autoscaling\/policy:Policy|Dashboard|CertificateValidation)$/;

/** A full environment, whatever the files of the repository hold today. */
function full(name: string): Description {
  const description = described(name);
  return {
    ...description,
    name,
    account: "123456789012",
    zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
    edge: { domain: "play.example.com" },
    review: { repository: "team/game", provider: "create" },
    alerts: { emails: ["oncall@example.com"], chat: { workspace: "T0123ABCD", channel: "C0123ABCD" } },
    budget: { monthly: 900 },
  };
}

const server = (description: Description) => {
  const found = description.services["server"];
  if (found === undefined) throw new Error("no server");
  return found;
};

/** Names of what differs between two declarations, as `type name`. */
function changed(before: Declared, after: Declared): string[] {
  const text = ({ resources }: Declared) =>
    new Map(
      resources.map(({ type, name, inputs, ignored }) => [
        `${type} ${name}`,
        JSON.stringify(inputs, (key, value: unknown) => (ignored.includes(key) ? undefined : value)),
      ]),
    );
  const [old, now] = [text(before), text(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((key) => old.get(key) !== now.get(key))
    .toSorted();
}

let prod: Declared;
beforeAll(async () => {
  prod = await declare(full("prod"));
});

describe("prod", () => {
  it("tells what the release plane needs", () => {
    expect(prod.told).toMatchObject({
      platform: "aws",
      region: "eu-central-1",
      fleets: [
        { service: "app", group: "surefoot-prod-app", targetGroup: expect.stringContaining("app") },
        { service: "server", group: "surefoot-prod-server", targetGroup: expect.stringContaining("server") },
      ],
      artifacts: { bucket: "surefoot-prod-artifacts-123456789012" },
      database: { identifier: "surefoot-prod-database", secret: "arn:aws:secretsmanager:password" },
      edge: "https://play.example.com",
    });
  });

  it("touches one account and one region only, by a provider of its own", () => {
    const [provider] = prod.of("pulumi:providers:aws");
    expect(provider?.inputs).toMatchObject({ region: "eu-central-1", allowedAccountIds: '["123456789012"]' });
    for (const { type, name, provider: by } of prod.resources)
      if (!type.startsWith("pulumi:")) expect(by, `${type} ${name}`).toMatch(/pulumi:providers:aws::aws/);
  });

  it("tags everything that takes tags", () => {
    for (const { type, name, inputs } of prod.resources.filter((each) => !each.type.startsWith("pulumi:"))) {
      if (untagged.test(type)) continue;
      const tags = Array.isArray(inputs["tags"])
        ? Object.fromEntries(inputs["tags"].map(({ key, value }) => [key, value]))
        : inputs["tags"];
      expect(tags, `${type} ${name}`).toMatchObject({
        "surefoot:project": "surefoot",
        "surefoot:environment": "prod",
        "surefoot:owner": expect.any(String),
        "surefoot:name": name,
      });
    }
  });

  it("protects what cannot be made again, and only dev can lose its own", async () => {
    const dev = await declare({ ...full("dev"), protection: false });
    expect(dev.resources.filter((each) => each.protect)).toEqual([]);
    const kept = prod.resources
      .filter((each) => each.protect)
      .map(({ type, name }) => `${type.split(":")[1]} ${name}`);
    expect(kept.toSorted()).toEqual(
      expect.arrayContaining([
        "Bucket artifacts",
        "Bucket logs",
        "Instance database",
        "Key key",
        "Secret app",
        "Secret server",
        "Vault vault",
      ]),
    );
    expect(prod.one("rds/instance:Instance", "database").inputs).toMatchObject({
      deletionProtection: true,
      skipFinalSnapshot: false,
      storageEncrypted: true,
      publiclyAccessible: false,
    });
    expect(dev.one("rds/instance:Instance", "database").inputs["skipFinalSnapshot"]).toBe(false);
  });

  it("opens nothing but the balancer's two ports to the world, and SSH to nobody", () => {
    const rules = prod
      .of("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .map(({ inputs }) => inputs);
    const open = rules.filter((rule) => "cidrIpv4" in rule || "cidrIpv6" in rule);
    expect(open.map((rule) => [rule["securityGroupId"], rule["fromPort"], rule["toPort"]])).toEqual([
      ["balancer-id", 80, 80],
      ["balancer-id", 443, 443],
    ]);
    for (const rule of [
      ...rules,
      ...prod.of("vpc/securityGroupEgressRule:SecurityGroupEgressRule").map((each) => each.inputs),
    ])
      expect(Number(rule["fromPort"]) <= 22 && Number(rule["toPort"]) >= 22).toBe(false);
    const groups = prod.of("ec2/securityGroup:SecurityGroup");
    expect(groups.filter(({ inputs }) => "ingress" in inputs || "egress" in inputs)).toEqual([]);
    expect(prod.one("ec2/defaultSecurityGroup:DefaultSecurityGroup", "default-closed").inputs).toMatchObject({
      ingress: [],
      egress: [],
    });
  });

  it("gives nobody everything, and every role it makes a boundary", () => {
    const policies = prod.resources.filter(({ type }) => /iam\/(policy|rolePolicy):/.test(type));
    expect(policies.map(({ name }) => name).toSorted()).toEqual([
      "app-node",
      "boundary",
      "preview",
      "server-node",
      "write",
    ]);
    for (const { name, inputs } of policies) {
      const text = String(inputs["policy"]);
      const { Statement } = JSON.parse(text) as { Statement: { Effect: string; Action: string[] }[] };
      const allowed = Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action);
      expect(
        allowed.filter((action) => /^(\*|iam:\*|sts:\*)$/.test(action)),
        name,
      ).toEqual([]);
      expect(text.length).toBeLessThan(name === "boundary" ? 6144 : 10_240);
    }
    for (const { name, inputs } of prod.of("iam/role:Role"))
      expect(inputs["permissionsBoundary"] !== undefined, name).toBe(!["preview", "write"].includes(name));
    const trust = String(prod.one("iam/role:Role", "write").inputs["assumeRolePolicy"]);
    expect(trust).toContain('"repo:team/game:environment:prod"');
    expect(String(prod.one("iam/role:Role", "preview").inputs["assumeRolePolicy"])).toContain(
      '"repo:team/game:pull_request"',
    );
  });
});

describe("a change", () => {
  it("from 50 to 60 nodes is one group", async () => {
    const wanted = full("prod");
    server(wanted).nodes = 60;
    const after = await declare(wanted);
    expect(changed(prod, after)).toEqual(["autoscaling/group:Group server"]);
    expect(after.one("autoscaling/group:Group", "server").inputs).toMatchObject({
      minSize: 60,
      maxSize: 60,
      desiredCapacity: 60,
    });
  });

  it("of a type of machine is one template", async () => {
    const wanted = full("prod");
    server(wanted).machine = "m7g.xlarge";
    const after = await declare(wanted);
    expect(changed(prod, after)).toEqual(["ec2/launchTemplate:LaunchTemplate server"]);
    expect(after.one("ec2/launchTemplate:LaunchTemplate", "server").inputs["imageId"]).toMatch(
      /^resolve:ssm:.*-arm64$/,
    );
  });

  it("of a release's start, config or build is none", async () => {
    const wanted = full("prod");
    Object.assign(server(wanted), {
      start: "exec other",
      build: "make",
      source: "other",
      config: { LEVEL: "9" },
    });
    expect(changed(prod, await declare(wanted))).toEqual([]);
    const text =
      JSON.stringify(prod.resources) +
      prod
        .of("ec2/launchTemplate:LaunchTemplate")
        .map(({ inputs }) => Buffer.from(String(inputs["userData"]), "base64").toString())
        .join("");
    expect(text).not.toMatch(/"?sha256:[0-9a-f]{64}|exec node main|RELEASE='/);
  });
});

describe("limits and refusals", () => {
  it("stays within every limit of length, with the longest names", async () => {
    const wanted = full("prod");
    const name = `e${"n".repeat(39)}`;
    const service = `s${"v".repeat(30)}`;
    const services = Object.fromEntries(
      ["a", "b"].map((end) => [service.slice(1) + end, { ...server(wanted), name: service.slice(1) + end }]),
    );
    const { resources, of } = await declare({ ...wanted, name, services });
    const longest: Record<string, number> = {
      "lb/targetGroup:TargetGroup": 32,
      "lb/loadBalancer:LoadBalancer": 32,
      "iam/role:Role": 64,
      "backup/vault:Vault": 50,
      "backup/plan:Plan": 50,
      "rds/instance:Instance": 63,
      "backup/restoreTestingPlan:RestoreTestingPlan": 50,
    };
    for (const [type, limit] of Object.entries(longest)) {
      const names = of(type).map(({ inputs }) => String(inputs["name"] ?? inputs["identifier"]));
      // The vault for copies has the same name in another region.
      if (!type.includes("vault")) expect(new Set(names).size, type).toBe(names.length);
      for (const each of names) expect(each.length, each).toBeLessThanOrEqual(limit);
    }
    for (const { inputs } of of("s3/bucket:Bucket")) expect(inputs["bucket"]).toMatch(/^[a-z0-9-]{3,63}$/);
    const keys = resources.map(({ type, name: logical }) => `${type} ${logical}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { inputs } of of("iam/rolePolicy:RolePolicy"))
      expect(String(inputs["policy"]).length).toBeLessThan(10_240);
  });

  it("refuses a protected environment without TLS, and one zone", async () => {
    const { edge: _edge, ...plain } = full("prod");
    await expect(declare(plain)).rejects.toThrow("write edge: {domain: play.example.com}");
    const dev = await declare({ ...plain, protection: false });
    expect(dev.told["edge"]).toBe("http://balancer.example.com");
    await expect(declare({ ...full("prod"), zones: ["eu-central-1a"] })).rejects.toThrow("two zones or more");
  });
});
