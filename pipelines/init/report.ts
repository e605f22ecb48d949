// Turns the plan of `init` into lines of text.
import { printable } from "../ledger/printable.ts";
import type { InitPlan, PlannedFile } from "./plan.ts";

const deed: Record<PlannedFile["action"], [planned: string, done: string]> = {
  create: ["would write", "wrote"],
  replace: ["would replace", "replaced"],
  keep: ["is as it should be", "is as it should be"],
};

/** What is (or was) written, and what to run next; `contents`: with the text of each file. */
export function initText({ files, commands }: InitPlan, { done }: { done: boolean }): string[] {
  const shown = files.flatMap(({ path, action, content }) => {
    const [planned, past] = deed[action];
    const head = action === "keep" ? `${path} ${past}` : `${done ? past : planned} ${path}`;
    const changed = !done && action !== "keep";
    return [
      head,
      ...(changed
        ? content
            .trimEnd()
            .split("\n")
            .map((line) => `  | ${printable(line)}`)
        : []),
    ];
  });
  return [
    ...shown,
    "",
    "Then, in this order:",
    ...commands.flatMap(({ why, run }) => [`  # ${why}`, `  ${run}`]),
  ];
}
