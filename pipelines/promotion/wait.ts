// Waits for a soak to end, looking again on the way: a release may be taken back upstream while it is waited for.
import type { Clock } from "../drivers/clock.ts";
import type { PreparedPromotion } from "./prepare.ts";

export interface Waiting {
  clock: Clock;
  say?: ((text: string) => void) | undefined;
  signal: AbortSignal;
}

const lookSeconds = 15;

/**
 * The promotion as it is once nothing soaks any more; whatever else stands in its way ends the wait too. The release is the one
 * that the wait began with, whatever comes after it upstream. Rejects with the signal's reason.
 */
export async function whenSoaked(
  prepare: (release?: string) => Promise<PreparedPromotion>,
  { clock, say, signal }: Waiting,
): Promise<PreparedPromotion> {
  let told = "";
  for (let prepared = await prepare(); ;) {
    const { eligible, release, service, environment } = prepared.plan;
    if (eligible.ok || eligible.at === undefined || release === null) return prepared;
    if (told !== eligible.at)
      say?.(`${environment}: waits until ${eligible.at}, while ${service} ${release} soaks`);
    told = eligible.at;
    const left = (Date.parse(eligible.at) - clock.now()) / 1000;
    await clock.sleep(Math.max(0.05, Math.min(lookSeconds, left)), signal);
    prepared = await prepare(release);
  }
}
