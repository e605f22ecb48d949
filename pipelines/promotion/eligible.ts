// May a release go on into an environment? Decided from the pins of both, the clock and the policy. Pure.
import type { Pin } from "../drivers/pins.ts";
import type { Deployable } from "../rollout/fleet.ts";

/** A release that ran upstream before: how long it was good there, where that was written down. */
export type PastRelease = Deployable & {
  verifiedAt?: string | undefined;
  /** When another took its place. */
  until?: string | undefined;
};

export interface EligibleFacts {
  service: string;
  environment: string;
  upstream: string;
  /** The pin upstream. */
  there: Omit<Pin, "history"> & { history: readonly PastRelease[] };
  /** The pin here. */
  here: Pin;
  /** Without one: what runs upstream now. */
  release?: string | undefined;
  /** Epoch milliseconds. */
  now: number;
  /** Seconds that a release must have run upstream without trouble. */
  soak: number;
  /** Not verified upstream and not soaked, and yet wanted: holds are kept all the same. */
  hotfix: boolean;
  liftHold: boolean;
}

export type Eligibility =
  | {
      ok: true;
      release: string;
      /** As it ran upstream, with the config it had there; null for a hotfix that never ran there. */
      record: Deployable | null;
    }
  | {
      ok: false;
      /** Null: it runs here already, so there is nothing to do. */
      code: "E_NOT_PROMOTED" | "E_SOAK" | "E_HOLD" | null;
      release: string | null;
      why: string;
      next: string;
      /** E_SOAK: when it is eligible, ISO 8601. */
      at?: string;
    };

type No = Extract<Eligibility, { ok: false }>;

/** Decides; the first reason that stands in the way is told, with the command that comes next. */
export function eligible(facts: EligibleFacts): Eligibility {
  const { service, environment, upstream, there, here } = facts;
  const release = facts.release ?? there.current?.release;
  if (release === undefined) {
    const why = `${upstream} runs no release of ${service}: there is nothing to promote`;
    return no("E_NOT_PROMOTED", null, why, `surefoot status ${upstream}`);
  }
  const record = recordOf(facts, release);
  if (runsHere(here, release, record)) {
    const why = `${environment} runs ${service} ${release} already`;
    return no(null, release, why, `surefoot status ${environment}`);
  }
  const ranBefore = here.current?.release !== release && here.history.some((one) => one.release === release);
  if (facts.release === undefined && ranBefore) {
    const why = `${upstream} runs ${release}, which ran here before ${here.current?.release ?? "now"}: a promotion does not go back by itself`;
    const next = `surefoot rollback ${environment} ${service}, or name it: surefoot promote ${environment} ${service} --release ${release}`;
    return no("E_NOT_PROMOTED", release, why, next);
  }
  const held = facts.liftHold ? undefined : holdOn(facts, release);
  if (held !== undefined) return held;
  if (facts.hotfix) return { ok: true, release, record };
  return soaked(facts, release, record) ?? { ok: true, release, record };
}

/** When the release that is wanted was verified upstream; undefined where it was not, or nobody wrote it down. ISO 8601. */
export function verifiedAt({ there }: Pick<EligibleFacts, "there">, release: string): string | undefined {
  if (there.current?.release === release) return there.verifiedAt;
  return there.history.find((one) => one.release === release)?.verifiedAt;
}

function recordOf({ there }: EligibleFacts, release: string): PastRelease | null {
  if (there.current?.release === release) return there.current;
  return there.history.find((one) => one.release === release) ?? null;
}

/** Whole: its rollout has ended well here. The same name with other bytes, as rehearsals make them, is another release. */
function runsHere({ current, verifiedAt: whole }: Pin, release: string, record: Deployable | null): boolean {
  if (current?.release !== release || whole === undefined) return false;
  return record === null || record.digest === current.digest;
}

function holdOn({ service, environment, upstream, there, here }: EligibleFacts, release: string) {
  const next = `look at why it was taken back, then: surefoot promote ${environment} ${service} --release ${release} --lift-hold --reason '<why>'`;
  if (here.hold !== undefined && (here.hold.all || here.hold.release === release)) {
    const { hold } = here;
    const why = hold.all
      ? `${service} is held in ${environment} since ${hold.since}: somebody went back from ${hold.release} (${hold.reason})`
      : `${release} was rolled back in ${environment} at ${hold.since}: ${hold.reason}`;
    return no("E_HOLD", release, why, next);
  }
  // What runs there all the same was taken back for its config alone, and has another one now.
  if (there.hold?.release !== release || there.current?.release === release) return undefined;
  const why = `${release} was rolled back in ${upstream} at ${there.hold.since}: ${there.hold.reason}`;
  return no("E_HOLD", release, why, next);
}

function soaked(facts: EligibleFacts, release: string, record: PastRelease | null): No | undefined {
  const { service, environment, upstream, there, soak } = facts;
  const hotfix = `if it cannot wait: surefoot promote ${environment} ${service} --release ${release} --hotfix --reason '<why>'`;
  const runs = there.current?.release;
  if (record === null) {
    const why = `${upstream} runs ${runs ?? "nothing"} of ${service}, not ${release}, and ${release} was not verified there before`;
    return no("E_NOT_PROMOTED", release, why, `bring it to ${upstream} first; ${hotfix}`);
  }
  const since = verifiedAt(facts, release);
  if (since === undefined) {
    const why =
      runs === release
        ? `${release} is pinned in ${upstream} and is not verified there yet: not every wave, or not every contract sample, has passed since it was last brought up`
        : `${release} ran in ${upstream} before ${runs ?? "now"}, and is not known to have been verified there`;
    const next = runs === release ? `surefoot deploy ${upstream} ${service} --release ${release}` : hotfix;
    return no("E_NOT_PROMOTED", release, why, next);
  }
  const ready = Date.parse(since) + soak * 1000;
  const until = runs === release ? facts.now : Date.parse(record.until ?? since);
  if (until >= ready) return undefined;
  if (runs !== release) {
    const why = `${release} was verified in ${upstream} at ${since} and replaced by ${runs ?? "nothing"} at ${new Date(until).toISOString()}, before it had soaked for ${soak} s`;
    return no("E_NOT_PROMOTED", release, why, hotfix);
  }
  const at = new Date(ready).toISOString();
  const why = `${release} is verified in ${upstream} since ${since} and soaks until ${at} (${soak} s)`;
  const next = `surefoot promote ${environment} ${service} --release ${release} --wait, or again after ${at}; ${hotfix}`;
  return { ...no("E_SOAK", release, why, next), at };
}

const no = (code: No["code"], release: string | null, why: string, next: string): No => ({
  ok: false,
  code,
  release,
  why,
  next,
});
