// What one resource costs a month, by its type: a price, or the reason why there is none. Pure.
import type { PlannedResource } from "../../infra/planned.ts";
import { unknownValue } from "../../infra/planned.ts";
import type { Fleets, Inputs } from "./fleets.ts";
import { hourly, hoursPerMonth, monthlyPrices } from "./prices.ts";
import type { RegionPrices } from "./prices.ts";

/** One side of a plan: before or after. */
export interface Side {
  side: "old" | "new";
  region: string;
  prices: RegionPrices | undefined;
  fleets: Fleets;
}

export interface Price {
  /** US dollars. */
  monthly: number;
  what: string;
  /** Why a part of it, or all, is not in `monthly`. */
  unknown: string[];
}

type Pricing = (inputs: Inputs, prices: RegionPrices, resource: PlannedResource, side: Side) => Price;

const nothing: Price = { monthly: 0, what: "", unknown: [] };
const price = (monthly: number, what: string, ...unknown: string[]): Price => ({ monthly, what, unknown });
const byUse = (what: string): Price => ({ ...nothing, unknown: [`by use: ${what}`] });

const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
const isUnknown = (value: unknown): boolean => typeof value === "string" && value.includes(unknownValue);
const shown = (value: unknown): string => (isUnknown(value) ? "not known yet" : String(value));

function machines(count: number, type: unknown, prices: RegionPrices): Price {
  const each = typeof type === "string" ? hourly(prices.machines, type) : undefined;
  if (each === undefined) return { ...nothing, unknown: [`no price for machines of type ${shown(type)}`] };
  return price(count * each * hoursPerMonth, `${count} x ${String(type)}`);
}

function volumes(count: number, sizes: readonly unknown[], prices: RegionPrices): Price {
  const known = sizes.map(numberOf);
  const total = known.reduce((sum: number, one) => sum + (one ?? 0), 0);
  const missing = known.includes(undefined) ? ["size of a volume: as the image says, or not known yet"] : [];
  return price(count * total * prices.volume, total === 0 ? "" : `${count} x ${total} GB`, ...missing);
}

function joined(...parts: Price[]): Price {
  return {
    monthly: parts.reduce((sum, { monthly }) => sum + monthly, 0),
    what: parts.flatMap(({ what }) => (what === "" ? [] : [what])).join(", "),
    unknown: parts.flatMap(({ unknown }) => unknown),
  };
}

const fleet: Pricing = (inputs, prices, group, { fleets }) => {
  const count = numberOf(inputs["desiredCapacity"]) ?? numberOf(inputs["minSize"]);
  if (count === undefined) return { ...nothing, unknown: ["number of nodes is not known yet"] };
  const template = fleets.template(group);
  if (template === undefined || inputs["mixedInstancesPolicy"] !== undefined)
    return { ...nothing, unknown: [`${count} nodes of a type that the plan does not tell`] };
  const mappings = template["blockDeviceMappings"];
  const disks = (Array.isArray(mappings) ? mappings : [{}]) as { ebs?: Inputs }[];
  const spot =
    template["instanceMarketOptions"] === undefined ? [] : ["spot machines cost less than counted"];
  return joined(
    machines(count, template["instanceType"], prices),
    volumes(
      count,
      disks.map(({ ebs }) => ebs?.["volumeSize"]),
      prices,
    ),
    price(0, "", ...spot),
  );
};

const database: Pricing = (inputs, prices, resource, { fleets }) => {
  const zones = inputs["multiAz"] === true ? 2 : 1;
  const source = inputs["replicateSourceDb"] === undefined ? undefined : fleets.source(resource);
  const type = inputs["instanceClass"];
  const each = typeof type === "string" ? hourly(prices.databases, type.replace(/^db\./, "")) : undefined;
  const space = numberOf(inputs["allocatedStorage"] ?? source?.["allocatedStorage"]);
  const both = zones === 2 ? ", in two zones" : "";
  return joined(
    each === undefined
      ? { ...nothing, unknown: [`no price for a database of class ${shown(type)}`] }
      : price(zones * each * hoursPerMonth, `${String(type)}${both}`),
    space === undefined
      ? { ...nothing, unknown: ["space of the database is not known yet"] }
      : price(zones * space * prices.databaseStorage, `${space} GB`),
    price(
      0,
      "",
      ...(isUnknown(inputs["multiAz"]) ? ["whether it stands in two zones is not known yet"] : []),
    ),
  );
};

const endpoint: Pricing = (inputs, prices) => {
  const kind = inputs["vpcEndpointType"] ?? "Gateway";
  if (kind === "Gateway") return nothing;
  const subnets = inputs["subnetIds"];
  if (kind !== "Interface" || !Array.isArray(subnets))
    return { ...nothing, unknown: ["zones of the endpoint are not known yet"] };
  return price(
    subnets.length * prices.endpoint * hoursPerMonth,
    `in ${subnets.length} zones`,
    "by use: traffic",
  );
};

const balancer: Pricing = (_inputs, prices) =>
  price(prices.balancer * hoursPerMonth, "balancer", "by use: traffic (capacity units)");

const nodeGroup: Pricing = (inputs, prices, group, { fleets }) => {
  const scaling = inputs["scalingConfig"] as Inputs | undefined;
  const count = numberOf(scaling?.["desiredSize"]);
  if (count === undefined) return { ...nothing, unknown: ["number of nodes is not known yet"] };
  const template = fleets.template(group);
  const types = inputs["instanceTypes"];
  const type = template?.["instanceType"] ?? (Array.isArray(types) ? types[0] : undefined);
  // Without a disk of its own a node gets the one that EKS gives: 20 GB.
  const own = template?.["blockDeviceMappings"] as { ebs?: Inputs }[] | undefined;
  const disks = own?.map(({ ebs }) => ebs?.["volumeSize"]) ?? [inputs["diskSize"] ?? 20];
  const most = numberOf(scaling?.["maxSize"]) ?? count;
  return joined(
    machines(count, type, prices),
    volumes(count, disks, prices),
    price(0, "", ...(most > count ? ["by use: nodes added for pods that find no room"] : [])),
    price(0, "", ...(inputs["capacityType"] === "SPOT" ? ["spot machines cost less than counted"] : [])),
  );
};

const flat =
  (monthly: number, what: string, ...unknown: string[]): Pricing =>
  () =>
    price(monthly, what, ...unknown);

const pricings: Record<string, Pricing> = {
  "aws:autoscaling/group:Group": fleet,
  "aws:autoscaling/schedule:Schedule": () => byUse("nodes added by the clock"),
  "aws:ec2/instance:Instance": (inputs, prices) =>
    joined(
      machines(1, inputs["instanceType"], prices),
      volumes(1, [(inputs["rootBlockDevice"] as Inputs | undefined)?.["volumeSize"]], prices),
    ),
  "aws:ebs/volume:Volume": (inputs, prices) => volumes(1, [inputs["size"]], prices),
  "aws:rds/instance:Instance": database,
  "aws:lb/loadBalancer:LoadBalancer": balancer,
  "aws:alb/loadBalancer:LoadBalancer": balancer,
  "aws:eks/cluster:Cluster": flat(monthlyPrices.controlPlane, "control plane"),
  "aws:eks/nodeGroup:NodeGroup": nodeGroup,
  "aws:ec2/natGateway:NatGateway": (_inputs, prices) =>
    price(prices.nat * hoursPerMonth, "NAT gateway", "by use: traffic"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": endpoint,
  "aws:ec2/eip:Eip": flat(monthlyPrices.address, "public address"),
  "aws:kms/key:Key": flat(monthlyPrices.key, "key"),
  "aws:kms/replicaKey:ReplicaKey": flat(monthlyPrices.key, "key"),
  "aws:secretsmanager/secret:Secret": flat(monthlyPrices.secret, "secret"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": flat(monthlyPrices.alarm, "alarm"),
  "aws:cloudwatch/dashboard:Dashboard": flat(monthlyPrices.dashboard, "dashboard"),
  "aws:s3/bucket:Bucket": () => byUse("space and requests"),
  "aws:cloudwatch/logGroup:LogGroup": () => byUse("log data"),
  "aws:backup/vault:Vault": () => byUse("space of backups"),
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": () => byUse("restores, and the machines they run on"),
  "aws:sns/topic:Topic": () => byUse("messages"),
};

const free = [
  /^aws:(iam|acm|acmpca\/policy|budgets|resourcegroups|chatbot|vpc)\//,
  /^aws:s3\/bucket\w/,
  /^aws:(lb|alb)\/(listener|targetGroup)/,
  /^aws:autoscaling\/(policy|lifecycleHook|notification|attachment)/,
  /^aws:ec2\/(vpc:|subnet|route|securityGroup|defaultSecurityGroup|internetGateway|launchTemplate|vpcEndpoint\w|networkAcl|vpcDhcp|keyPair|defaultRouteTable|mainRoute)/,
  /^aws:rds\/(subnetGroup|parameterGroup|optionGroup|eventSubscription)/,
  /^aws:backup\/(plan|selection|vaultLock|vaultPolicy|vaultNotification|restoreTestingSelection|regionSettings)/,
  /^aws:(sns\/topic(Policy|Subscription)|kms\/(alias|grant|keyPolicy)|secretsmanager\/secret\w|ssm\/parameter)/,
  /^aws:eks\/(access|addon|podIdentity|identityProvider)/,
  /^aws:cloudwatch\/(eventRule|eventTarget|logResourcePolicy|logMetricFilter)/,
  /^aws:(index\/)?get[A-Z]/,
];

/** True for types that cost nothing by themselves. */
export const isFree = (type: string): boolean =>
  !Object.hasOwn(pricings, type) && free.some((one) => one.test(type));

/** What a resource costs a month on one side of the plan; nothing where it is not there. */
export function priceOf(resource: PlannedResource, side: Side): Price {
  const inputs = resource[side.side];
  if (inputs === null) return nothing;
  const pricing = Object.hasOwn(pricings, resource.type) ? pricings[resource.type] : undefined;
  if (pricing === undefined) return { ...nothing, unknown: [`no price for ${resource.type}`] };
  if (side.prices === undefined)
    return { ...nothing, unknown: [`no prices for the region ${side.region || "-"}`] };
  return pricing(inputs, side.prices, resource, side);
}
