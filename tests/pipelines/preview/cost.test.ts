// Tests the estimate: what is counted, what changes, and that nothing it cannot price is passed over in silence.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import type { PlannedResource } from "../../../infra/planned.ts";
import { estimate, whyUnpriced } from "../../../pipelines/preview/cost.ts";
import { hourly, prices } from "../../../pipelines/preview/prices.ts";
import { deleted, planned, types } from "../../infra/policies/planned.ts";

const region = "us-east-1";
const cost = (...resources: PlannedResource[]) => {
  const found = estimate(resources, region);
  if (found === undefined) throw new Error("nothing was priced");
  return found;
};
const template = (instanceType: unknown, old?: unknown): PlannedResource => {
  const inputs = (type: unknown) => ({
    instanceType: type,
    blockDeviceMappings: [{ ebs: { volumeSize: 20 } }],
  });
  const before = old === undefined ? null : inputs(old);
  return planned(types.template, "server", inputs(instanceType), { old: before });
};
const fleet = (desiredCapacity: unknown, more: object = {}): PlannedResource =>
  planned(types.group, "server", { desiredCapacity, launchTemplate: { id: unknownValue }, ...more });

it("prices a fleet by its launch template, whose id nobody knows yet", () => {
  const found = cost(fleet(50), template("t3.small"));
  // 50 machines at 0.0208 an hour, and 50 volumes of 20 GB at 0.08.
  expect(found.after).toBe(50 * 0.0208 * 730 + 50 * 20 * 0.08);
  expect(found).toMatchObject({ before: 0, delta: found.after, currency: "USD", region, unknown: [] });
  expect(found.items[0]?.what).toBe("50 x t3.small, 50 x 20 GB");
  expect(cost(fleet(undefined, { minSize: 2 }), template("t3.small")).items[0]?.what).toContain(
    "2 x t3.small",
  );
});

it("tells what another type of machine changes, though the fleet stays the same", () => {
  const standing = { ...fleet(10), op: "same" as const, old: { desiredCapacity: 10 } };
  const found = cost(standing, template("t3.medium", "t3.small"));
  expect(found.delta).toBeCloseTo(10 * 0.0208 * 730, 2);
});

it("prices a database twice where it stands in two zones, and a copy with the space of its source", () => {
  const inputs = { instanceClass: "db.t4g.medium", allocatedStorage: 100 };
  const one = cost(planned(types.database, "database", inputs)).after;
  expect(one).toBeCloseTo(0.0645 * 730 + 100 * 0.115, 1);
  const both = planned(types.database, "database", { ...inputs, multiAz: true });
  const copy = planned(types.database, "replica", {
    instanceClass: "db.t4g.medium",
    replicateSourceDb: unknownValue,
  });
  expect(cost(both, copy).after).toBeCloseTo(3 * one, 1);
  expect(cost(both, copy).unknown).toEqual([]);
});

it("counts what goes", () => {
  const found = cost(deleted("aws:ec2/natGateway:NatGateway", "nat", {}));
  expect(found).toMatchObject({ after: 0, before: 32.85, delta: -32.85 });
});

it("lists by name what it cannot price", () => {
  const found = cost(
    fleet(unknownValue),
    planned(types.group, "odd", { desiredCapacity: 1, mixedInstancesPolicy: {} }),
    template("x9.huge"),
    planned(types.database, "database", { instanceClass: unknownValue }),
    planned(types.bucket, "logs", {}),
    planned("aws:new/service:Thing", "thing", {}),
    planned("aws:ec2/vpcEndpoint:VpcEndpoint", "ssm", {
      vpcEndpointType: "Interface",
      subnetIds: unknownValue,
    }),
  );
  expect(found.after).toBe(0);
  expect(new Set(found.unknown.map(({ resource }) => resource))).toEqual(
    new Set(["server", "odd", "database", "logs", "thing", "ssm"]),
  );
});

it("has no prices of a region that is not in the table, and says so", () => {
  const found = estimate([fleet(1), template("t3.small")], "mars-north-1");
  expect(found?.unknown[0]?.why).toBe("no prices for the region mars-north-1");
});

it("prices nothing where nothing is billed", () => {
  expect(estimate([planned("surefoot:index:Node", "server-01", {})], "")).toBeUndefined();
  expect(cost(planned("aws:ec2/vpc:Vpc", "network", {}), planned(types.role, "role", {}))).toMatchObject({
    after: 0,
    items: [],
    unknown: [],
  });
});

it("grows with the size, and knows no type of a hostile name", () => {
  const table = prices[region]?.machines ?? {};
  const sizes = ["nano", "micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge"];
  const each = sizes.map((size) => hourly(table, `t3.${size}`) ?? 0);
  expect(each[0]).toBeCloseTo(0.0052, 5);
  for (const [index, one] of each.entries())
    if (index > 0) expect(one).toBeCloseTo((each[index - 1] ?? 0) * 2, 9);
  for (const odd of ["", ".", "constructor.large", "t3.constructor", "t3.999xlarge", "t3"])
    expect(hourly(table, odd)).toBeUndefined();
});

it("has every price in every region, dearer in none by more than half", () => {
  const all = Object.values(prices);
  for (const one of all) {
    const flat = (of: typeof one): number[] => [
      ...Object.values(of.machines),
      ...Object.values(of.databases),
      of.volume,
      of.databaseStorage,
      of.balancer,
      of.nat,
      of.endpoint,
    ];
    const base = flat(all[0] as typeof one);
    expect(flat(one)).toHaveLength(base.length);
    for (const [index, figure] of flat(one).entries()) {
      expect(figure / (base[index] ?? 0)).toBeGreaterThanOrEqual(1);
      expect(figure / (base[index] ?? 0)).toBeLessThan(1.5);
    }
  }
});

it("prices a cluster by its control plane and its groups of nodes, as many as are asked for", () => {
  const group = planned("aws:eks/nodeGroup:NodeGroup", "pods-server", {
    launchTemplate: { id: unknownValue },
    scalingConfig: { minSize: 3, maxSize: 50, desiredSize: 3 },
  });
  const nodes = { ...template("t3.small"), name: "pods-server" };
  const found = cost(planned("aws:eks/cluster:Cluster", "cluster", {}), group, nodes);
  expect(found.after).toBeCloseTo(73 + 3 * 0.0208 * 730 + 3 * 20 * 0.08, 2);
  expect(found.unknown).toEqual([
    { resource: "pods-server", type: group.type, why: "by use: nodes added for pods that find no room" },
  ]);
  const own = planned(group.type, "own", { instanceTypes: ["t3.small"], scalingConfig: { desiredSize: 2 } });
  expect(cost(own).after).toBeCloseTo(2 * 0.0208 * 730 + 2 * 20 * 0.08, 2);
  expect(cost(planned(group.type, "own", {})).unknown[0]?.why).toMatch(/not known yet/);
  expect(cost(planned("aws:eks/accessEntry:AccessEntry", "viewer", {}), own).unknown).toEqual([]);
});

it("says why the objects of a cluster have no price, and only where nothing else has one", () => {
  const object = planned("kubernetes:core/v1:Service", "app", {});
  expect(estimate([object], region)).toBeUndefined();
  expect(whyUnpriced([object])).toMatch(/^not estimated: the machines/);
  expect(whyUnpriced([object, planned(types.bucket, "logs", {})])).toBeNull();
  expect(whyUnpriced([planned("surefoot:index:Node", "n", {})])).toBeNull();
});
