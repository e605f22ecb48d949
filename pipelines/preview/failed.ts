// What is told of an environment whose preview failed. Pure.
import { Refusal } from "../errors.ts";
import type { FailedPreview } from "./document.ts";
import { maskDocument } from "../masking/masked.ts";

/** Any error as a failed preview, secrets masked. What is no refusal is a bug and is told as one. */
export function failedPreview(environment: string, offline: boolean, error: unknown): FailedPreview {
  return maskDocument({ environment, offline, verdict: "failed", error: messageOf(error) });
}

function messageOf(error: unknown): FailedPreview["error"] {
  if (error instanceof Refusal) {
    const { code, message: what, state, next, details } = error;
    return { code, what, state, next, details };
  }
  const said = error instanceof Error ? error.message : String(error);
  return {
    code: "E_BUG",
    what: `Surefoot itself failed: ${said}`,
    state: "nothing was changed",
    next: "report what it says",
  };
}
