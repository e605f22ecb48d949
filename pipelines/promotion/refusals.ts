// What stands in the way of a promotion, each with its code: not eligible, soaking, held, another config, another contract.
import type { Parity } from "../../environments/config-parity.ts";
import { Refusal } from "../errors.ts";
import { differenceText } from "./contracts/difference.ts";
import type { Difference } from "./contracts/difference.ts";
import type { Eligibility } from "./eligible.ts";

const untouched = "nothing was touched";

interface Where {
  service: string;
  environment: string;
  upstream: string;
}

/** E_NOT_PROMOTED, E_SOAK or E_HOLD. */
export function notEligible(
  found: Extract<Eligibility, { ok: false }>,
  { service, environment }: Where,
): Refusal {
  const what = `${service} ${found.release ?? ""} does not go into ${environment}`.replace("  ", " ");
  return new Refusal(found.code ?? "E_NOT_PROMOTED", {
    what: `${what}: ${found.why}`,
    state: untouched,
    next: found.next,
  });
}

/** E_PARITY, every key at once. */
export function notAlike({ stops }: Parity, { service, environment, upstream }: Where): Refusal {
  return new Refusal("E_PARITY", {
    what: `the config of ${service} in ${environment} is not like that of ${upstream}: ${stops.length} ${stops.length === 1 ? "key" : "keys"}`,
    state: untouched,
    next: `give the keys a value under services.${service}.config in the description of ${environment}, or name them with reason and owner in its promotion.accept`,
    details: stops.map(({ key, message }) => `${key}: ${message}`),
  });
}

/** E_CONTRACT, every difference at once. */
export function notKept(
  differences: readonly Difference[],
  { service, environment, upstream }: Where,
): Refusal {
  return new Refusal("E_CONTRACT", {
    what: `${service} in ${upstream} does not answer as its contract samples say: ${differences.length} ${differences.length === 1 ? "difference" : "differences"}`,
    state: `${environment} was not touched`,
    next: `mend the release; where the new shape is right: surefoot contracts record ${upstream} ${service}, and commit it`,
    details: differences.map(differenceText),
  });
}
