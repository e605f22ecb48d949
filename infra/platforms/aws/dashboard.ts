// One page that shows an environment: requests, errors, slowness, nodes and their load, the database.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Watched } from "./alarms.ts";
import type { Context } from "./context.ts";
import type { Database } from "./database.ts";

type Metric = [namespace: string, name: string, ...dimensions: pulumi.Input<string>[]];

/** Declares the dashboard: two columns, one row a subject. */
export function dashboard(context: Context, watched: Watched, database: Database | undefined): void {
  const { region } = context;
  const load = watched.balancer.balancer.arnSuffix;
  const services = [...watched.targetGroups];
  const elb = (name: string, ...more: pulumi.Input<string>[]): Metric => [
    "AWS/ApplicationELB",
    name,
    ...more,
    "LoadBalancer",
    load,
  ];
  const groups = [...watched.groups.values()];
  const rds = [database?.primary, database?.replica].filter((each) => each !== undefined);
  const charts: [title: string, stat: string, metrics: Metric[]][] = [
    ["Requests", "Sum", [elb("RequestCount")]],
    ["Errors", "Sum", [elb("HTTPCode_Target_5XX_Count"), elb("HTTPCode_ELB_5XX_Count")]],
    [
      "Latency",
      "p95",
      services.map(([, group]) => elb("TargetResponseTime", "TargetGroup", group.arnSuffix)),
    ],
    [
      "Healthy nodes",
      "Minimum",
      services.map(([, group]) => elb("HealthyHostCount", "TargetGroup", group.arnSuffix)),
    ],
    [
      "Nodes",
      "Average",
      groups.map(({ name }) => ["AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", name]),
    ],
    [
      "Load of nodes",
      "Average",
      groups.map(({ name }) => ["AWS/EC2", "CPUUtilization", "AutoScalingGroupName", name]),
    ],
    ...["CPUUtilization", "DatabaseConnections", "FreeStorageSpace", "ReadLatency"].map(
      (metric): [string, string, Metric[]] => [
        `Database: ${metric}`,
        "Average",
        rds.map(({ identifier }) => ["AWS/RDS", metric, "DBInstanceIdentifier", identifier]),
      ],
    ),
  ];
  const widgets = charts
    .filter(([, , metrics]) => metrics.length > 0)
    .map(([title, stat, metrics], index) => ({
      type: "metric",
      x: (index % 2) * 12,
      y: Math.floor(index / 2) * 6,
      width: 12,
      height: 6,
      properties: { title, stat, metrics, region, period: 60, view: "timeSeries" },
    }));
  new aws.cloudwatch.Dashboard(
    "dashboard",
    { dashboardName: context.name("", 255), dashboardBody: pulumi.jsonStringify({ widgets }) },
    context.options,
  );
}
