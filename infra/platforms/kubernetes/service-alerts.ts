// The alerts of one service: failures, slowness, load, pods that are away, releases that did not get through.
import type { Service } from "../../../environments/shape.ts";
import type { Alert } from "./alerts.ts";
import type { Context } from "./context.ts";
import { coresText, millicores } from "./quantities.ts";

const MEMORY_SHARE = 0.9;

/** What rings for a service; thresholds are those of `monitoring`. */
export function serviceAlerts({ description, namespace }: Context, service: Service): Alert[] {
  const { errorRate, latencyP95 } = description.monitoring;
  const { name, metrics } = service;
  const own = `{namespace="${namespace}",service="${name}"}`;
  const rate = (metric: string) => `(${metric}${own}[5m])`;
  return [
    {
      name: "SurefootErrors",
      // A share, not a number: ten failed requests are an outage at night and nothing in the evening.
      expr: `sum(rate${rate(metrics.errors)}) / sum(rate${rate(metrics.requests)}) > ${errorRate}`,
      seconds: 300,
      severity: "critical",
      summary: `Too large a share of requests to ${name} fails`,
    },
    {
      name: "SurefootSlow",
      expr: `histogram_quantile(0.95, sum by (le) (rate${rate(`${metrics.latency}_bucket`)})) > ${latencyP95}`,
      seconds: 300,
      severity: "critical",
      summary: `Answers of ${name} are slow (95th percentile)`,
    },
    ...loadAlerts({ description, namespace }, service),
    ...podAlerts(namespace, name),
    ...releaseAlerts(namespace, name),
  ];
}

function loadAlerts(
  { description, namespace }: Pick<Context, "description" | "namespace">,
  { name, resources }: Service,
): Alert[] {
  const own = `{namespace="${namespace}",container="${name}"}`;
  const cores = millicores(resources.cpu) / 1000;
  return [
    {
      name: "SurefootBusy",
      expr: `avg(sum by (pod) (rate(container_cpu_usage_seconds_total${own}[5m]))) / ${cores} > ${description.monitoring.cpu}`,
      seconds: 600,
      severity: "warning",
      summary: `Pods of ${name} use nearly all of their ${coresText(millicores(resources.cpu))} cores`,
    },
    {
      name: "SurefootMemory",
      expr: `max(max by (pod) (container_memory_working_set_bytes${own})) / ${resources.memory} > ${MEMORY_SHARE}`,
      seconds: 600,
      severity: "warning",
      summary: `A pod of ${name} is about to be ended for its memory`,
    },
  ];
}

function podAlerts(namespace: string, name: string): Alert[] {
  const pods = `namespace="${namespace}",pod=~"${name}-[a-z0-9]+-[a-z0-9]{5}"`;
  const up = `up{namespace="${namespace}",service="${name}"}`;
  return [
    {
      name: "SurefootPodsAway",
      // One that drains is ready still; one that no machine has room for is not.
      expr: `count(kube_pod_status_ready{${pods},condition="true"} == 0) > 0`,
      seconds: 600,
      severity: "critical",
      summary: `Pods of ${name} are not ready`,
    },
    {
      name: "SurefootUnseen",
      expr: `count(kube_pod_status_phase{${pods},phase="Running"} == 1) unless on () count(${up} == 1)`,
      seconds: 300,
      severity: "critical",
      summary: `No metrics of ${name} arrive: releases cannot be judged, and these alerts see nothing`,
    },
  ];
}

// Argo Rollouts' own metrics. Scraped without honorLabels, its namespace label is called exported_namespace.
function releaseAlerts(namespace: string, name: string): Alert[] {
  const phase = (which: string) =>
    ["namespace", "exported_namespace"]
      .map((label) => `rollout_info{${label}="${namespace}",name="${name}",phase=~"${which}"}`)
      .join(" or ");
  return [
    {
      name: "SurefootRolloutFailed",
      expr: phase("Abort|Timeout|Error"),
      seconds: 60,
      severity: "critical",
      summary: `A release of ${name} was taken back or is stuck`,
    },
    {
      name: "SurefootRolloutPaused",
      expr: phase("Paused"),
      seconds: 1800,
      severity: "warning",
      summary: `A release of ${name} waits for somebody to decide`,
    },
  ];
}
