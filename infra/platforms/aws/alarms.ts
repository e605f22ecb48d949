// When somebody is woken: errors and slowness at the balancer, sick nodes, load of fleets.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Balancer } from "./balancer.ts";
import type { Context } from "./context.ts";

export interface Alarm {
  /** Said to whoever is woken. */
  what: string;
  namespace: string;
  metric: string;
  statistic: string;
  dimensions: Record<string, pulumi.Input<string>>;
  above?: number;
  below?: number;
  /** Minutes in a row. */
  minutes: number;
}

export interface Watched {
  balancer: Balancer;
  groups: Map<string, aws.autoscaling.Group>;
  targetGroups: Map<string, aws.lb.TargetGroup>;
}

/** Declares an alarm on one metric, telling the topic when it rings and when it is over. */
export function alarm(
  context: Context,
  topic: aws.sns.Topic,
  name: string,
  wanted: Alarm,
): aws.cloudwatch.MetricAlarm {
  // Percentiles are another field of the same service.
  const statistic = wanted.statistic.startsWith("p")
    ? { extendedStatistic: wanted.statistic }
    : { statistic: wanted.statistic };
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      ...told(context, topic, name, wanted.what, wanted.minutes),
      ...statistic,
      namespace: wanted.namespace,
      metricName: wanted.metric,
      dimensions: wanted.dimensions,
      period: 60,
      comparisonOperator: wanted.above === undefined ? "LessThanThreshold" : "GreaterThanThreshold",
      threshold: wanted.above ?? wanted.below ?? 0,
    },
    context.options,
  );
}

/** Declares the alarms of balancer and fleets. */
export function alarms(context: Context, topic: aws.sns.Topic, watched: Watched): void {
  const { monitoring } = context.description;
  const loadBalancer = watched.balancer.balancer.arnSuffix;
  errorShare(context, topic, loadBalancer);
  for (const [service, targetGroup] of watched.targetGroups) {
    const dimensions = { LoadBalancer: loadBalancer, TargetGroup: targetGroup.arnSuffix };
    const balancer = { namespace: "AWS/ApplicationELB", dimensions, minutes: 5 };
    alarm(context, topic, `${service}-edge-latency`, {
      ...balancer,
      what: `Answers of ${service} are slow (95th percentile)`,
      metric: "TargetResponseTime",
      statistic: "p95",
      above: monitoring.latencyP95,
    });
    alarm(context, topic, `${service}-edge-unhealthy`, {
      ...balancer,
      what: `Nodes of ${service} do not answer their health check`,
      metric: "UnHealthyHostCount",
      statistic: "Maximum",
      above: 0,
      minutes: 10,
    });
  }
  for (const [service, group] of watched.groups) {
    alarm(context, topic, `${service}-fleet-cpu`, {
      what: `Nodes of ${service} are busy`,
      namespace: "AWS/EC2",
      metric: "CPUUtilization",
      statistic: "Average",
      dimensions: { AutoScalingGroupName: group.name },
      above: monitoring.cpu * 100,
      minutes: 10,
    });
  }
}

// A share, not a number: ten failed requests are an outage at night and nothing in the evening.
function errorShare(context: Context, topic: aws.sns.Topic, loadBalancer: pulumi.Output<string>): void {
  const count = (id: string, metricName: string) => ({
    id,
    metric: {
      namespace: "AWS/ApplicationELB",
      metricName,
      dimensions: { LoadBalancer: loadBalancer },
      period: 60,
      stat: "Sum",
    },
  });
  new aws.cloudwatch.MetricAlarm(
    "errors",
    {
      ...told(context, topic, "errors", "Too large a share of requests fails", 5),
      comparisonOperator: "GreaterThanThreshold",
      threshold: context.description.monitoring.errorRate * 100,
      metricQueries: [
        count("requests", "RequestCount"),
        count("targets", "HTTPCode_Target_5XX_Count"),
        count("balancer", "HTTPCode_ELB_5XX_Count"),
        {
          id: "share",
          label: "Failed requests (%)",
          expression: "IF(requests > 0, 100 * (FILL(targets, 0) + FILL(balancer, 0)) / requests, 0)",
          returnData: true,
        },
      ],
    },
    context.options,
  );
}

function told(context: Context, topic: aws.sns.Topic, name: string, what: string, minutes: number) {
  return {
    name: context.name(name, 255),
    alarmDescription: `${what}: ${context.description.name}`,
    evaluationPeriods: minutes,
    // No requests, or a fleet without nodes yet: nothing is wrong.
    treatMissingData: "notBreaching",
    alarmActions: [topic.arn],
    okActions: [topic.arn],
    tags: context.tags(name),
  };
}
