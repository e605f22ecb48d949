// What a look for drift tells: every environment that was looked at, what differs there, what may differ. Plain data, secrets masked.
import type { Description } from "../../environments/shape.ts";
import type { ErrorCode } from "../error-codes.ts";
import type { Message } from "../errors.ts";
import type { Change } from "../preview/plan.ts";

export type IgnoreEntry = Description["drift"]["ignore"][number];

/** Drift that the description allows. */
export interface Ignored {
  name: string;
  type: string;
  /** Path of the property; "" where all of the resource is meant: it is gone, or no property tells what differs. */
  property: string;
  reason: string;
  owner: string;
}

export interface DriftVerdict {
  /** What differs and may not; `before` of a property is what we made it, `after` what is there now. */
  drifted: Change[];
  ignored: Ignored[];
  /** Entries of the description that matched nothing this time. */
  stale: IgnoreEntry[];
}

export type DriftLook =
  | ({ environment: string; verdict: "clean" | "drifted"; seconds: number } & DriftVerdict)
  /** It was never brought up, or was taken down: nothing is there that could differ. */
  | { environment: string; verdict: "not-up" }
  /** Nobody knows whether it differs. Texts are masked. */
  | { environment: string; verdict: "failed"; error: { code: ErrorCode } & Message };

export interface DriftDocument {
  schema: 1;
  /** When the look began, ISO 8601. */
  at: string;
  environments: DriftLook[];
}
