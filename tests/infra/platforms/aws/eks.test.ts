// A cluster on AWS over the real description of prod, with the game servers as pods: what is there, who may enter, what a change is.
import { beforeAll, describe, expect, it } from "vitest";
import { takenNamespaces } from "../../../../environments/aws-pods-rules.ts";
import type { Description } from "../../../../environments/shape.ts";
import { chartNamespaces } from "../../../../infra/platforms/aws/eks-values.ts";
import { charts } from "../../../../infra/platforms/aws/eks-versions.ts";
import { allowed, declare, described } from "./mocks.ts";
import type { Declared } from "./mocks.ts";

function withPods(change: (server: Description["services"][string]) => void = () => {}): Description {
  const description = described("prod");
  const server = description.services["server"];
  if (server === undefined) throw new Error("no server");
  server.runs = "pods";
  change(server);
  return {
    ...description,
    account: "123456789012",
    review: { repository: "team/game", provider: "create" },
    kubernetes: {
      ...description.kubernetes,
      registry: "registry.example.com/game",
      base: `node:24-slim@sha256:${"0".repeat(64)}`,
    },
  };
}

const kind = (type: string): string => `kubernetes:${type}`;

let prod: Declared;
beforeAll(async () => {
  prod = await declare(withPods());
});

describe("the cluster", () => {
  it("is there only where something runs as pods", async () => {
    const without = await declare(described("prod"));
    expect(without.resources.filter(({ type }) => /eks|kubernetes|nat/i.test(type))).toEqual([]);
    expect(without.told["cluster"]).toBeNull();
  });

  it("is told to the release plane, and its services are no fleets", () => {
    expect(prod.told).toMatchObject({
      cluster: {
        name: "surefoot-prod",
        endpoint: expect.any(String),
        certificate: "Y2E=",
        namespace: "surefoot-prod",
        services: ["server"],
      },
      fleets: [{ service: "app" }],
    });
    expect(prod.of("autoscaling/group:Group").map(({ name }) => name)).toEqual(["app"]);
  });

  it("encrypts its secrets, keeps an audit log, takes nobody by a config map, and is protected", () => {
    const { inputs, protect } = prod.one("eks/cluster:Cluster", "cluster");
    expect(protect).toBe(true);
    expect(inputs).toMatchObject({
      encryptionConfig: { provider: { keyArn: expect.stringContaining("key") }, resources: ["secrets"] },
      enabledClusterLogTypes: expect.arrayContaining(["audit", "authenticator"]),
      accessConfig: { authenticationMode: "API" },
      vpcConfig: { endpointPrivateAccess: true },
      deletionProtection: true,
      version: expect.stringMatching(/^1\.\d+$/),
    });
    expect(prod.one("cloudwatch/logGroup:LogGroup", "cluster").inputs["retentionInDays"]).toBe(365);
  });

  it("lets workflows in: the one that writes everywhere, previews to no secret of a service", () => {
    const policies = prod.of("eks/accessPolicyAssociation:AccessPolicyAssociation");
    expect(Object.fromEntries(policies.map(({ name, inputs }) => [name, inputs["accessScope"]]))).toEqual({
      preview: { type: "namespace", namespaces: [...chartNamespaces] },
      write: { type: "cluster" },
    });
    expect([...chartNamespaces]).not.toContain("surefoot-prod");
    const viewer = prod.one(kind("rbac.authorization.k8s.io/v1:ClusterRole"), "surefoot-preview");
    const rules = viewer.inputs["rules"] as { apiGroups: string[]; resources: string[]; verbs: string[] }[];
    const core = rules.find(({ apiGroups }) => apiGroups.includes(""));
    expect(core?.resources).not.toContain("secrets");
    expect(core?.resources).not.toContain("*");
    for (const { verbs } of rules) expect(verbs).toEqual(["get", "list", "watch"]);
  });
});

describe("machines of pods", () => {
  it("are of the service's type, encrypted, without metadata for pods, one a pod at most", () => {
    const { inputs } = prod.one("eks/nodeGroup:NodeGroup", "pods-server");
    expect(inputs).toMatchObject({
      scalingConfig: { minSize: 3, maxSize: 50 },
      labels: { "surefoot.dev/service": "server" },
      taints: [{ key: "surefoot.dev/service", value: "server", effect: "NO_SCHEDULE" }],
      amiType: "AL2023_x86_64_STANDARD",
      subnetIds: ["pods-eu-central-1a-id", "pods-eu-central-1b-id", "pods-eu-central-1c-id"],
    });
    for (const name of ["pods-server", "cluster-nodes"]) {
      const template = prod.one("ec2/launchTemplate:LaunchTemplate", name).inputs;
      expect(template).toMatchObject({
        metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [{ ebs: { encrypted: "true" } }],
        vpcSecurityGroupIds: ["pods-id"],
      });
    }
    expect(prod.one("ec2/launchTemplate:LaunchTemplate", "pods-server").inputs["instanceType"]).toBe(
      "c7i.xlarge",
    );
  });

  it("get the service's pods, and nobody else's", () => {
    const template = prod.one(kind("core/v1:PodTemplate"), "server").inputs["template"];
    expect(template).toMatchObject({
      spec: {
        nodeSelector: { "surefoot.dev/service": "server" },
        tolerations: [{ key: "surefoot.dev/service", value: "server", effect: "NoSchedule" }],
      },
    });
  });

  it("have a way out of their own, and machines still have none", () => {
    expect(prod.of("ec2/natGateway:NatGateway")).toHaveLength(3);
    const out = prod.of("ec2/route:Route").filter(({ inputs }) => "natGatewayId" in inputs);
    expect(out.map(({ inputs }) => inputs["routeTableId"])).toEqual([
      "pods-eu-central-1a-id",
      "pods-eu-central-1b-id",
      "pods-eu-central-1c-id",
    ]);
  });
});

describe("rights", () => {
  it("end below the boundary, for every role but those of workflows", () => {
    for (const { name, inputs } of prod.of("iam/role:Role"))
      expect(inputs["permissionsBoundary"] !== undefined, name).toBe(!["preview", "write"].includes(name));
    for (const { name, inputs } of [...prod.of("iam/rolePolicy:RolePolicy"), ...prod.of("iam/policy:Policy")])
      expect(String(inputs["policy"]).length, name).toBeLessThan(name === "boundary" ? 6144 : 10_240);
  });

  it("of helpers are theirs alone, and as narrow as what they do", () => {
    const accounts = prod
      .of("eks/podIdentityAssociation:PodIdentityAssociation")
      .map(({ inputs }) => `${String(inputs["namespace"])}/${String(inputs["serviceAccount"])}`)
      .toSorted();
    expect(accounts).toEqual([
      "kube-system/aws-load-balancer-controller",
      "kube-system/cluster-autoscaler",
      "monitoring/alertmanager",
    ]);
    const [targets] = allowed(prod, "cluster-balancer", "elasticloadbalancing:RegisterTargets");
    expect(targets?.Resource).toEqual(["arn:aws:aws:lb/targetGroup:TargetGroup:server"]);
    const [nodes] = allowed(prod, "cluster-autoscaler", "autoscaling:SetDesiredCapacity");
    expect(nodes?.Condition).toEqual({
      StringEquals: { "aws:ResourceTag/eks:cluster-name": "surefoot-prod" },
    });
    const trust = String(prod.one("iam/role:Role", "cluster-alerts").inputs["assumeRolePolicy"]);
    expect(trust).toContain('"aws:RequestTag/kubernetes-service-account":"alertmanager"');
    expect(allowed(prod, "write", "eks:*")).toHaveLength(1);
    expect(JSON.stringify(allowed(prod, "write", "iam:PassRole"))).toContain("pods.eks.amazonaws.com");
  });
});

it("lets helpers keep their rights until they are gone: what they still hold could not be given back", () => {
  const rights = (noun: string) => `aws:iam/rolePolicy:RolePolicy ${noun}`;
  const managed = (noun: string) => `aws:iam/rolePolicyAttachment:RolePolicyAttachment ${noun}`;
  for (const { name, after } of prod.of("eks/podIdentityAssociation:PodIdentityAssociation"))
    expect(after).toContain(rights(name));
  const addOn = (name: string) => prod.one("eks/addon:Addon", name).after;
  expect(addOn("vpc-cni")).toContain(managed("cluster-network-AmazonEKS_CNI_Policy"));
  expect(addOn("aws-ebs-csi-driver")).toContain(managed("cluster-disks-AmazonEBSCSIDriverPolicy"));
});

describe("what is installed", () => {
  it("has its version pinned: add-ons and charts", () => {
    for (const { inputs } of prod.of("eks/addon:Addon"))
      expect(inputs["addonVersion"]).toMatch(/^v[\d.]+-eksbuild\.\d+$/);
    const releases = prod.of(kind("helm.sh/v3:Release"));
    expect(releases.map(({ inputs }) => inputs["chart"]).toSorted()).toEqual(
      Object.values(charts)
        .map(({ chart }) => chart)
        .toSorted(),
    );
    for (const { inputs } of releases) expect(inputs["version"]).toMatch(/^\d+\.\d+\.\d+$/);
    expect(takenNamespaces).toEqual([...chartNamespaces].toSorted());
  });

  it("stands behind the one balancer: by address, and let through to it", () => {
    expect(prod.one("lb/targetGroup:TargetGroup", "server").inputs["targetType"]).toBe("ip");
    expect(prod.one("lb/targetGroup:TargetGroup", "app").inputs["targetType"]).toBe("instance");
    const binding = prod.one(kind("elbv2.k8s.aws/v1beta1:TargetGroupBinding"), "server").inputs;
    expect(binding["spec"]).toMatchObject({
      serviceRef: { name: "server", port: 8080 },
      targetGroupARN: expect.stringContaining("server"),
      targetType: "ip",
    });
    const rules = prod.of("vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    expect(rules.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["balancer-to-pods", "pods-to-database", "pods-to-endpoints"]),
    );
  });

  it("keeps the database where it is, and tells the topic", () => {
    expect(prod.resources.filter(({ type }) => type.includes("postgresql.cnpg.io"))).toEqual([]);
    expect(prod.resources.filter(({ type }) => type.includes("AlertmanagerConfig"))).toEqual([]);
    expect(JSON.stringify(prod.one(kind("helm.sh/v3:Release"), "chart-metrics").inputs)).toContain(
      "arn:aws:aws:sns/topic:Topic:alerts",
    );
  });
});

describe("a change", () => {
  const changed = (before: Declared, after: Declared): string[] => {
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
  };

  it("from 50 to 60 pods touches no pod: sizes alone, and no template", async () => {
    const after = await declare(withPods((server) => (server.nodes = 60)));
    expect(changed(prod, after)).toEqual([
      "eks/nodeGroup:NodeGroup pods-server",
      "kubernetes:argoproj.io/v1alpha1:Rollout server",
      "kubernetes:core/v1:ResourceQuota environment",
      "kubernetes:policy/v1:PodDisruptionBudget server",
    ]);
  });

  it("of a type of machine drains the nodes of that service, and makes no other group", async () => {
    const after = await declare(withPods((server) => (server.machine = "m7i.xlarge")));
    expect(changed(prod, after)).toEqual(["ec2/launchTemplate:LaunchTemplate pods-server"]);
  });
});
