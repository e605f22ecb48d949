// One resource of a plan, as the engine's events tell it: what preview shows, policies check and the estimate prices.

export interface PlannedResource {
  urn: string;
  /** Such as `aws:rds/instance:Instance`. */
  type: string;
  /** The short name in the program, such as `database`. */
  name: string;
  op: "create" | "update" | "replace" | "delete" | "same" | "read" | "refresh";
  /** Inputs before; null for one that is new. Secrets are masked by the engine. */
  old: Record<string, unknown> | null;
  /** Inputs wanted; null for one that goes. What is known only after an update stands there as the engine's unknown. */
  new: Record<string, unknown> | null;
  protect: boolean;
  /** Properties that force a replacement. */
  replaceKeys: string[];
}

/** How the engine writes a value that is not known before the update. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
