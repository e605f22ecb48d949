// Turns checks and recordings of contracts into lines of text.
import { differenceText } from "./difference.ts";
import type { ContractCheck } from "./hold.ts";
import type { Recording } from "./record.ts";
import type { LeftSample } from "./sample.ts";

/** Which samples hold, which differ and where, which were not sent and why. */
export function checkText({
  service,
  environment,
  where,
  why,
  sent,
  left,
  differences,
}: ContractCheck): string[] {
  const failed = new Set(differences.map(({ sample }) => sample));
  const lines =
    where === null
      ? [`${environment} ${service}: not checked: ${why}`]
      : [
          `${environment} ${service}: ${sent.length - failed.size} of ${sent.length} samples hold at ${where}`,
        ];
  lines.push(...differences.map((one) => `  ${differenceText(one)}`));
  lines.push(...leftText(left));
  return lines;
}

/** Which files were written. */
export function recordText({ service, environment, where, recorded, left }: Recording): string[] {
  return [
    `${environment} ${service}: ${recorded.length} samples recorded at ${where}`,
    ...recorded.map(({ file, changed }) => `  ${changed ? "written  " : "unchanged"} ${file}`),
    ...leftText(left),
    ...(recorded.some(({ changed }) => changed) ? ["Next: git diff, then commit what is right"] : []),
  ];
}

const leftText = (left: readonly LeftSample[]): string[] =>
  left.map(({ sample, why }) => `  not sent: ${sample}: ${why}`);
