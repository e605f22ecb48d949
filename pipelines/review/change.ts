// The plan of a change as people approve it: what would be done to one environment, by which code, from which state. Plain data.
import type { PlannedResource } from "../../infra/planned.ts";
import type { PropertyChange } from "../preview/properties.ts";

/** A resource that the plan touches; unchanged ones are left out. */
export interface ReviewedResource {
  urn: string;
  type: string;
  name: string;
  op: PlannedResource["op"];
  protect: boolean;
  stateful: boolean;
  forcedBy: string[];
  /** Masked. */
  properties: PropertyChange[];
}

/** A service that would run another release, or the same one with another config. */
export interface ReviewedRelease {
  service: string;
  /** Ids of deployables (`r2+3fa9c1d2`); null: none runs. */
  from: string | null;
  to: string;
  /** `sha256:...` of the artifact. */
  digest: string;
}

export interface ChangePlan {
  schema: 1;
  environment: string;
  /** Full hash of the checked out commit; the work tree is clean. */
  commit: string;
  /** The commit that was last carried out here; null where none is known. */
  base: string | null;
  versions: {
    surefoot: string;
    engine: string;
    /** sha256 of package-lock.json. */
    lockfile: string;
    /** sha256 over the sources of the rules. */
    policies: string;
  };
  /** Which state of the engine it starts from: `sha256:...`, or "none". */
  state: string;
  /** sha256 of the description, everything that it extends included. */
  description: string;
  resources: ReviewedResource[];
  releases: ReviewedRelease[];
}

/** What an approval allows, once it was checked: handed on by who carries the plan out. */
export interface Approved {
  /** `sha256:...` of the plan. */
  digest: string;
  /** Names of stateful resources that may be deleted or replaced. */
  acknowledged: readonly string[];
  /** Principals that signed. */
  by: readonly string[];
}
