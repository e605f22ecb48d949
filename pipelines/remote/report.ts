// Tells a person what a remote does, and what to type next.
import type { AddedRemote } from "./add.ts";

/** The lines after `surefoot remote add`. */
export function remoteText({ name, path, branch, environments }: AddedRemote): string[] {
  return [
    `remote ${name}: ${path}`,
    `  a push of ${branch} is checked, then delivered: ${environments.join(" -> ")}`,
    "  whoever may push runs code on this machine, as you",
    `Next: git push ${name} HEAD:${branch}`,
  ];
}
