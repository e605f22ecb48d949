// The doctor's questions to AWS itself.
import type { Description } from "../../../environments/shape.ts";
import { quotasClient, stsClient } from "../../drivers/aws-clients.ts";
import { awsCode, onAws } from "../../drivers/aws-failure.ts";
import type { AwsProbes } from "./aws.ts";
import { machineProbes } from "./aws-machines.ts";
import { bucketProbe, keyProbe } from "./aws-state.ts";
import { usedBy } from "./aws-usage.ts";

const state = "nothing was touched";

/** Questions about one environment's region and shared state. Credentials are found as AWS's own tools find them. */
export function awsProbes(description: Description): AwsProbes {
  const { region } = description;
  return {
    ...machineProbes(region),
    caller: () => caller(region),
    quota: ({ service, code }) => quota(region, service, code),
    used: (counted) => usedBy(description, counted),
    stateBucket: () => bucketProbe(description),
    stateKey: () => keyProbe(description),
  };
}

async function caller(region: string): Promise<{ account: string; arn: string; ahead: number }> {
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const client = await stsClient(region);
  let ahead = 0;
  // The answer carries AWS's own time: no call of its own is needed, and none to a server of another's.
  client.middlewareStack.add(
    (next) => async (args) => {
      const sent = Date.now();
      const answer = await next(args);
      const { headers = {} } = answer.response as { headers?: Record<string, string> };
      const told = Date.parse(headers["date"] ?? "");
      if (!Number.isNaN(told)) ahead = leastAhead({ sent, got: Date.now(), told });
      return answer;
    },
    { step: "deserialize", name: "surefootClock", priority: "low" },
  );
  try {
    const deed = { doing: "asking AWS who we are", state };
    const { Account = "", Arn = "" } = await onAws(deed, () => client.send(new GetCallerIdentityCommand({})));
    return { account: Account, arn: Arn, ahead };
  } finally {
    client.destroy();
  }
}

async function quota(region: string, ServiceCode: string, QuotaCode: string): Promise<number | undefined> {
  const { GetServiceQuotaCommand } = await import("@aws-sdk/client-service-quotas");
  const client = await quotasClient(region);
  try {
    const { Quota } = await onAws({ doing: "reading a quota", state }, async () => {
      try {
        return await client.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }));
      } catch (error) {
        if (awsCode(error) === "NoSuchResourceException") return { Quota: undefined };
        throw error;
      }
    });
    return Quota?.Value;
  } finally {
    client.destroy();
  }
}

/**
 * Seconds by which a clock is ahead of another at the least; negative: behind. `told` is the other's, in whole seconds, at some moment
 * between `sent` and `got`, so a slow answer proves nothing. All in milliseconds.
 */
export function leastAhead({ sent, got, told }: { sent: number; got: number; told: number }): number {
  const [after, before] = [sent - (told + 1000), got - told];
  return (after > 0 ? after : Math.min(before, 0)) / 1000;
}
