// Tells when the account costs more than was meant, before the month is over.
import * as aws from "@pulumi/aws";
import type { Context } from "./context.ts";

/** Declares the budget; nothing where the description names no amount. It counts the whole account: a filter by tag shows nothing
 * until somebody has activated the tag for billing, and a budget that never rings is worse than one that rings early. */
export function budget(context: Context, topic: aws.sns.Topic): void {
  const wanted = context.description.budget;
  if (wanted === undefined) return;
  const notification = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
    notificationType,
    threshold,
    thresholdType: "PERCENTAGE",
    comparisonOperator: "GREATER_THAN",
    subscriberSnsTopicArns: [topic.arn],
  });
  new aws.budgets.Budget(
    "budget",
    {
      name: context.name("budget", 100),
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: wanted.monthly.toFixed(1),
      limitUnit: "USD",
      notifications: [notification("ACTUAL", 80), notification("FORECASTED", 100)],
      tags: context.tags("budget"),
    },
    context.options,
  );
}
