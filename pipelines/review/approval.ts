// What one person signs: which plan, as whom, until when; and how it is stored. Plain data.
import { z } from "zod";
import { canonical } from "../canonical.ts";
import type { ChangePlan } from "./change.ts";
import { digestPattern } from "./digest.ts";

/** Keeps a signature of an approval from being taken for one of anything else, and the other way round. */
export const namespace = "surefoot-approval";

/** A mail, or another name without spaces, quotes, commas and patterns: it is a field of a file and a word for ssh-keygen. */
export const principalPattern = /^[A-Za-z0-9][A-Za-z0-9._%+@=-]{0,199}$/;
export const fingerprintPattern = /^SHA256:[A-Za-z0-9+/]{43}$/;
export const commitPattern = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

export const approvalSchema = z.strictObject({
  schema: z.literal(1),
  /** It is used once, by this name. */
  id: z.uuid(),
  environment: z.string().max(100),
  digest: z.string().regex(digestPattern),
  commit: z.string().regex(commitPattern),
  principal: z.string().regex(principalPattern),
  key: z.string().regex(fingerprintPattern),
  /** Both by the store's clock. */
  approvedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  acknowledged: z.array(z.string().max(1000)).max(1000),
  reason: z.string().min(3).max(500),
});

export type Approval = z.infer<typeof approvalSchema>;

/** As it lies in the store. The plan is there to show differences; what counts is the digest, made anew each time. */
export const storedSchema = z.strictObject({
  approval: approvalSchema,
  signature: z.string().max(20_000),
  plan: z.custom<ChangePlan>((value) => typeof value === "object" && value !== null),
});

export type StoredApproval = z.infer<typeof storedSchema>;

/** The very bytes that are signed. */
export const signedText = (approval: Approval): string => canonical(approval);
