// What a preview of a change tells: every environment that it reaches, and those that it does not. Plain data; every format is made from it.
import type { Message } from "../errors.ts";
import type { ErrorCode } from "../error-codes.ts";
import type { Change } from "./plan.ts";
import type { Preview } from "./run.ts";

/** A service whose release differs from what runs; null: none. */
export interface PinChange {
  service: string;
  from: string | null;
  to: string | null;
}

export interface EnvironmentPreview extends Preview {
  pins: PinChange[];
  /** What differs from the description without our doing; null where nobody looked. */
  drift: Change[] | null;
}

/** An environment whose preview failed: told in the same place, never left out. Texts are masked. */
export interface FailedPreview {
  environment: string;
  offline: boolean;
  verdict: "failed";
  error: { code: ErrorCode } & Message;
}

export interface ChangePreview {
  schema: 1;
  head: { commit: string | null; dirty: boolean };
  /** null where the change is not compared with anything. */
  base: { ref: string; commit: string } | null;
  environments: (EnvironmentPreview | FailedPreview)[];
  skipped: { environment: string; why: string }[];
  /** What readers must know to judge it, such as that a base could not be played and all is shown as new. */
  remarks?: string[];
}

/** One environment that the change reaches, seen or not. */
export type One = ChangePreview["environments"][number];

export const isFailed = (one: One): one is FailedPreview => one.verdict === "failed";
