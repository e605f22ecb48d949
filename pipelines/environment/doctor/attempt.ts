// One check of the doctor: a probe that tells what it found, or throws what is wrong.
import { Refusal } from "../../errors.ts";

export interface Check {
  check: string;
  ok: boolean;
  detail: string;
  /** What to do when it failed. */
  next?: string;
}

/** Runs a probe; what it throws becomes a failed check. Most refusals know better than `next` what to do. */
export async function attempt(check: string, next: string, probe: () => Promise<string>): Promise<Check> {
  try {
    return { check, ok: true, detail: await probe() };
  } catch (error) {
    const { message } = error as Error;
    // E_AWS is whatever AWS said that has no meaning of its own here.
    const known = error instanceof Refusal && error.code !== "E_AWS" ? error.next.replace(/\.$/, "") : next;
    return { check, ok: false, detail: (message.split("\n")[0] ?? "").replace(/\.$/, ""), next: known };
  }
}

/** A probe's own complaint that knows what to do about it. */
export function wrong(what: string, next: string): Refusal {
  return new Refusal("E_NOT_READY", { what, state: "nothing was touched", next });
}
