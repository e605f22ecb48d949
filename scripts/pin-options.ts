// The options that say which branch pins are read from, and committed to: the same words for all verbs.
import { Option } from "@commander-js/extra-typings";
import { parsePinBranch } from "../pipelines/drivers/pin-commits.ts";
import type { PinBranch } from "../pipelines/drivers/pin-commits.ts";

/** For verbs that change pins. */
export const commitPinsOption = () =>
  new Option(
    "--commit-pins <remote/branch>",
    "read pins from this branch, and commit there what is rolled out and what is put back",
  );

/** For verbs that only read pins. */
export const pinsOption = () =>
  new Option("--pins <remote/branch>", "read pins from this branch: this clone may be behind");

/** Null: they stay as they are in the work tree. Refuses with E_USAGE. */
export function pinBranchOf(text: string | undefined): PinBranch | null {
  return text === undefined ? null : parsePinBranch(text);
}
