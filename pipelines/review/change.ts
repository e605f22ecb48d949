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
  /** Masked and shortened, for people; the digest leaves it out. */
  properties: PropertyChange[];
  /** `sha256:...` over all inputs before and after, secrets masked, nothing shortened: this is what the digest binds. */
  inputs: string;
}

/** A service that would run another release, or the same one with another config. */
export interface ReviewedRelease {
  service: string;
  /** Ids of deployables (`r2+3fa9c1d2`); null: none runs. */
  from: string | null;
  to: string;
  /** `sha256:...` of the artifact. */
  digest: string;
  /** `sha256:...` over all that is run with it: its whole config and start command, of which the id tells little. */
  content: string;
}

/** What nodes boot on: whoever writes that file would deploy without waves and without review. */
export interface ReviewedPin {
  service: string;
  id: string;
  /** `sha256:...` over the pin and its way back: config and start command too. */
  content: string;
  /** A rollout of ours wrote it. */
  known: boolean;
}

/** Commits that a part of the plan brings; who made them cannot approve it. */
export interface ReviewedRange {
  /** `infra`, `release <service>` (its config) or `source <service>` (what it was built from). */
  part: string;
  /** Last carried out here; null: never, or nobody wrote it down. */
  base: string | null;
  /** null: built elsewhere, from what nobody knows here. */
  head: string | null;
}

export interface ChangePlan {
  schema: 1;
  environment: string;
  /** Full hash of the commit that is checked out, commits that only move pins aside; the work tree is clean. */
  commit: string;
  /** Whether the infra plane is part of it. */
  infra: boolean;
  ranges: ReviewedRange[];
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
  pins: ReviewedPin[];
}

/** What an approval allows, once it was checked: handed on by who carries the plan out. Only the gate makes one that counts. */
export interface Approved {
  /** `sha256:...` of the plan. */
  digest: string;
  /** Names of stateful resources that may be deleted or replaced. */
  acknowledged: readonly string[];
  /** Principals that signed. */
  by: readonly string[];
}

/** Who must agree; the stricter of what was last carried out and what is checked out. */
export interface ReviewPolicy {
  people: number;
  /** Seconds. */
  expires: number;
  signedCommits: boolean;
}
