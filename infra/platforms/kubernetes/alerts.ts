// When somebody is woken: rules over the services and the database, and whom they tell.
import type { Service } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import { alertRoutesKind, customObject, ruleKind } from "./custom-object.ts";
import { databaseAlerts } from "./database-alerts.ts";
import { picked } from "./monitors.ts";
import { serviceAlerts } from "./service-alerts.ts";

/** One rule: `seconds` is how long it must hold before it rings. */
export interface Alert {
  name: string;
  expr: string;
  seconds: number;
  severity: "critical" | "warning";
  summary: string;
}

/** Declares the rules, and who is told where the description says so. */
export function alerts(context: Context, services: readonly Service[]): void {
  const groups = services.map((service) => group(context, service.name, serviceAlerts(context, service)));
  if (context.description.database !== undefined)
    groups.push(group(context, "database", databaseAlerts(context)));
  if (groups.length > 0)
    customObject(context, ruleKind, picked(context, context.metadata("environment")), { groups });
  routes(context);
}

function group(context: Context, about: string, rules: readonly Alert[]): object {
  const { description, namespace } = context;
  return {
    name: `${namespace}.${about}`,
    rules: rules.map(({ name, expr, seconds, severity, summary }) => ({
      alert: name,
      expr,
      for: `${seconds}s`,
      // A sum has no namespace any more: without it the alert would be nobody's.
      labels: { severity, namespace, environment: description.name, about },
      annotations: { summary: `${summary}: ${description.name}` },
    })),
  };
}

/** Servers for mail and the key for Slack are Alertmanager's own, set once for the cluster: no secret of them is needed here. */
function routes(context: Context): void {
  const { emails, chat } = context.description.alerts;
  if (emails.length === 0 && chat === undefined) return;
  const [receiver, sendResolved] = ["team", true];
  const slack = chat === undefined ? [] : [{ channel: chat.channel, sendResolved }];
  customObject(context, alertRoutesKind, picked(context, context.metadata("environment")), {
    route: {
      receiver,
      groupBy: ["alertname", "about"],
      groupWait: "30s",
      groupInterval: "5m",
      repeatInterval: "4h",
    },
    receivers: [
      {
        name: receiver,
        ...(emails.length === 0 ? {} : { emailConfigs: emails.map((to) => ({ to, sendResolved })) }),
        ...(slack.length === 0 ? {} : { slackConfigs: slack }),
      },
    ],
  });
}
