// What a promotion would do, as data: from, to, whether it may, what differs in the config, where samples are run. Pure.
import { configParity } from "../../environments/config-parity.ts";
import type { Parity } from "../../environments/config-parity.ts";
import type { Service } from "../../environments/shape.ts";
import type { Pin } from "../drivers/pins.ts";
import { maskValue } from "../masking/secrets.ts";
import type { Manifest } from "../release/manifest.ts";
import type { Deployable } from "../rollout/fleet.ts";
import type { Eligibility } from "./eligible.ts";

export interface PromotionPlan {
  service: string;
  environment: string;
  upstream: string;
  /** The release that is asked for, or that runs upstream; null: there is none. */
  release: string | null;
  /** Id of what runs here (`r2+3fa9c1d2`); null: nothing. */
  from: string | null;
  /** The release with the config of this environment; null where there is none, or its config has mistakes. */
  to: Deployable | null;
  eligible: Eligibility;
  /** It runs here already, whole: nothing is to be done. */
  sameAlready: boolean;
  soak: { seconds: number; verifiedAt: string | null; until: string | null };
  /** The hold here. */
  hold: NonNullable<Pin["hold"]> | null;
  /** Null where there is no release to compare with. Values that look secret are masked. */
  parity: Parity | null;
  /** Its artifact is not in this environment's store yet and is copied there, by digest. */
  copied: boolean;
  /** Where the contract samples of the service are run before and while it goes on; or why not. Null: it has none. */
  samples: { count: number; upstream: string; canary: string } | null;
  hotfix: boolean;
}

/** The config of a release that goes on, held against the config it was verified with. */
export function promotionParity(facts: {
  manifest: Pick<Manifest, "needs" | "config">;
  service: Service;
  /** What it was given upstream, where it ran there. */
  record: Pick<Deployable, "config"> | null;
  /** The service as upstream describes it, for a hotfix that never ran there. */
  described: Pick<Service, "config"> | undefined;
  accept: Parameters<typeof configParity>[0]["accept"];
}): Parity {
  const { manifest, service, record, described, accept } = facts;
  return configParity({
    service: service.name,
    needs: { ...service.needs, ...manifest.needs },
    there: record?.config ?? { ...manifest.config, ...described?.config },
    here: { ...manifest.config, ...service.config },
    accept,
  });
}

/** The same with every value that looks secret masked. */
export function maskedParity(parity: Parity): Parity {
  const masked = (key: string, value: string): string => String(maskValue(key, value));
  return {
    ...parity,
    onlyHere: parity.onlyHere.map(({ key, here }) => ({ key, here: masked(key, here) })),
    differing: parity.differing.map(({ key, there, here }) => ({
      key,
      there: masked(key, there),
      here: masked(key, here),
    })),
  };
}

/** When the soak ends, ISO 8601; null where the release was not verified upstream. `seconds`: the soak. */
export function soakUntil(verifiedAt: string | undefined, seconds: number): string | null {
  return verifiedAt === undefined ? null : new Date(Date.parse(verifiedAt) + seconds * 1000).toISOString();
}
