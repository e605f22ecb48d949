// The doctor's checks of an environment on AWS: who we are, where it lies, what the account may have, what the team shares.
import type { Description } from "../../../environments/shape.ts";
import { attempt, wrong } from "./attempt.ts";
import type { Check } from "./attempt.ts";
import { machinesOf, needsOf, quotas } from "./needs.ts";
import type { Counted, Quota } from "./needs.ts";

/** What is asked of AWS; `aws-probes.ts` asks for real. */
export interface AwsProbes {
  /** `ahead`: seconds by which this machine's clock is ahead of AWS's. */
  caller: () => Promise<{ account: string; arn: string; ahead: number }>;
  /** Zones of the region that this account may use. */
  zones: () => Promise<string[]>;
  /** vCPUs by type of machine; types that the region does not have are left out. */
  vcpus: (machines: readonly string[]) => Promise<Record<string, number>>;
  /** The quota in force; undefined where AWS does not tell it. */
  quota: (quota: Quota) => Promise<number | undefined>;
  /** How many others than this environment use. */
  used: (counted: Counted) => Promise<number>;
  /** Writes to the shared bucket on condition, and takes the object away again; throws when it must not be trusted. */
  stateBucket: () => Promise<string>;
  stateKey: () => Promise<string>;
}

// AWS refuses calls at five minutes; long before that the order of what two people did is told wrong.
const AHEAD_SECONDS = 30;

/** Every check at once. None changes anything that lasts. */
export async function examineAws(description: Description, probes: AwsProbes): Promise<Check[]> {
  const { region, zones, account, state, name } = description;
  const signIn = "sign in: aws sso login, or set AWS_PROFILE";
  const bootstrap = `deploy the bootstrap stack (surefoot init shows how), or mend state in environments/${name}.yaml`;
  const caller = probes.caller();
  // Whoever is not known to AWS, or does not reach it, need not hear so from each of them.
  const quotaChecks = caller.then(
    () => checkQuotas(description, probes),
    () => [],
  );
  return [
    ...(await Promise.all([
      attempt("credentials", signIn, async () => {
        const { arn, account: own } = await caller;
        if (account === undefined || own === account) return arn;
        throw wrong(
          `${arn} is in account ${own}, and ${name} in ${account}`,
          `sign in to account ${account}`,
        );
      }),
      attempt("clock", "set this machine's clock (NTP)", async () => {
        const { ahead } = await caller;
        const text = `${Math.abs(ahead).toFixed(0)} s ${ahead < 0 ? "behind" : "ahead of"} AWS`;
        if (Math.abs(ahead) > AHEAD_SECONDS) throw new Error(text);
        return text;
      }),
      attempt("zones", "surefoot check, with the zones that the region has", async () => {
        const known = await probes.zones();
        const missing = zones.filter((zone) => !known.includes(zone));
        if (missing.length === 0) return zones.join(", ");
        const there = `there are ${known.join(", ")}`;
        throw wrong(
          `${region} has no ${missing.join(", ")}; ${there}`,
          `name others in environments/${name}.yaml`,
        );
      }),
      ...(state === undefined
        ? []
        : [
            attempt("state bucket", bootstrap, probes.stateBucket),
            attempt("state key", bootstrap, probes.stateKey),
          ]),
    ])),
    ...(await quotaChecks),
  ];
}

async function checkQuotas(description: Description, probes: AwsProbes): Promise<Check[]> {
  const machines = machinesOf(description);
  const allow = "allow ec2:DescribeInstanceTypes for this role";
  let vcpus: Record<string, number> = {};
  const kinds = await attempt("machines", allow, async () => {
    vcpus = machines.length === 0 ? {} : await probes.vcpus(machines);
    const absent = machines.filter((machine) => vcpus[machine] === undefined);
    if (absent.length === 0) return machines.join(", ") || "none";
    throw wrong(
      `${description.region} has no ${absent.join(", ")}`,
      "choose another type of machine, or another region",
    );
  });
  const { amounts } = needsOf(description, vcpus);
  const needed = quotas.filter(({ counted }) => (amounts[counted] ?? 0) > 0);
  return [
    kinds,
    ...(await Promise.all(needed.map((quota) => checkQuota(quota, amounts[quota.counted] ?? 0, probes)))),
  ];
}

function checkQuota(quota: Quota, need: number, probes: AwsProbes): Promise<Check> {
  const { counted, service, code } = quota;
  const allow = "allow servicequotas:GetServiceQuota and the reading of what is in use";
  return attempt(counted, allow, async () => {
    const [limit, others] = await Promise.all([probes.quota(quota), probes.used(counted)]);
    const text = `${need} needed, ${others} used by others`;
    if (limit === undefined) return `${text}; AWS does not tell the quota ${code}`;
    if (need + others <= limit) return `${text}, ${limit} allowed`;
    const ask = `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${need + others}`;
    throw wrong(`${text}, only ${limit} allowed`, ask);
  });
}
