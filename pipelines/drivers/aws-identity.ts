// Who we are at AWS, and that it is the account which the environment names.
import { Refusal } from "../errors.ts";
import { stsClient } from "./aws-clients.ts";
import { onAws } from "./aws-failure.ts";

export interface AwsCaller {
  /** 12 digits. */
  account: string;
  /** `arn:aws:sts::123456789012:assumed-role/surefoot-prod-write/ann` */
  arn: string;
}

/** Asks AWS who these credentials are. Refuses E_AWS_CREDENTIALS and what else `onAws` refuses. */
export async function awsCaller(region: string): Promise<AwsCaller> {
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const client = await stsClient(region);
  const state = "Nothing was changed.";
  try {
    const found = await onAws({ doing: "asking AWS who we are", state }, () =>
      client.send(new GetCallerIdentityCommand({})),
    );
    return { account: found.Account ?? "", arn: found.Arn ?? "" };
  } finally {
    client.destroy();
  }
}

/** Who we are, if that is in the wanted account (12 digits); else E_AWS_CREDENTIALS. */
export async function callerIn(account: string, region: string): Promise<AwsCaller> {
  const caller = await awsCaller(region);
  if (caller.account === account) return caller;
  throw new Refusal("E_AWS_CREDENTIALS", {
    what: `these credentials are for account ${caller.account} (${caller.arn}), and this environment is in ${account}`,
    state: "Nothing was changed.",
    next: `Sign in to account ${account} (\`aws sso login\`, or set AWS_PROFILE), then run the same command again.`,
  });
}
