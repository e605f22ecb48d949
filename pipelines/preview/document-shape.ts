// What a preview that comes from elsewhere must be like before anything is made of it: whatever no format escapes is held to words of ours. Pure.
import { z } from "zod";
import { parseName } from "../../environments/name.ts";
import { errorCodes } from "../error-codes.ts";
import type { ErrorCode } from "../error-codes.ts";
import type { ChangePreview } from "./document.ts";

const text = z.string();
// What is masked before it was written need not be a hash any more; it must not be a page either.
const commit = z.string().max(100);
const count = z.int().nonnegative();
const amount = z.number();
const environment = z.string().refine((id) => parseName(id).ok, "is not the name of an environment");

const property = z.object({
  path: text,
  kind: z.enum(["added", "removed", "changed"]),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  forces: z.boolean(),
});

const change = z.object({
  op: z.enum(["create", "update", "replace", "delete", "same", "read", "refresh"]),
  type: text,
  name: text,
  urn: text,
  protect: z.boolean(),
  stateful: z.boolean(),
  forcedBy: z.array(text),
  properties: z.array(property),
});

const counts = z.object({
  create: count,
  update: count,
  replace: count,
  delete: count,
  same: count,
  read: count,
  refresh: count,
});

const violation = z.object({
  code: z.string().regex(/^[\w.-]{1,60}$/, "is not the name of a rule"),
  level: z.enum(["mandatory", "advisory"]),
  resource: text,
  type: text,
  urn: text,
  property: text,
  what: text,
  mend: text,
  unknown: z.boolean(),
});

const cost = z.object({
  currency: z.literal("USD"),
  region: text,
  date: z.string().regex(/^\d{4}-\d\d-\d\d$/, "is no day"),
  before: amount,
  after: amount,
  delta: amount,
  items: z.array(z.object({ resource: text, type: text, what: text, before: amount, after: amount })),
  unknown: z.array(z.object({ resource: text, type: text, why: text })),
});

const seen = z.object({
  environment,
  offline: z.boolean(),
  verdict: z.enum(["clean", "changes", "refused"]),
  counts,
  changes: z.array(change),
  violations: z.array(violation),
  cost: cost.nullable(),
  unpriced: text.nullable(),
  seconds: z.number().nonnegative(),
  pins: z.array(z.object({ service: text, from: text.nullable(), to: text.nullable() })),
  drift: z.array(change).nullable(),
});

const failed = z.object({
  environment,
  offline: z.boolean(),
  verdict: z.literal("failed"),
  error: z.object({
    code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
    what: text,
    state: text,
    next: text,
    details: z.array(text).exactOptional(),
  }),
});

/** A document as `preview --json` prints it; keys that nobody knows are left out. */
export const documentShape: z.ZodType<ChangePreview> = z.object({
  schema: z.literal(1),
  head: z.object({ commit: commit.nullable(), dirty: z.boolean() }),
  base: z.object({ ref: z.string().max(1000), commit }).nullable(),
  environments: z.array(z.discriminatedUnion("verdict", [seen, failed])),
  skipped: z.array(z.object({ environment, why: text })),
  remarks: z.array(text).exactOptional(),
});
