// What would be deleted or replaced, in Markdown: always told, and in the fullest form that the room bears. Pure.
import type { EnvironmentPreview } from "./document.ts";
import { changeLine } from "./markdown-change.ts";
import { code, masked, sizeOf } from "./markdown-safe.ts";
import type { Change } from "./plan.ts";

interface End {
  environment: string;
  change: Change;
}

type Form = "line" | "name";

// Of the room for all: full lines leave the rest to others, names may take most of it.
const LINES = 0.6;
const NAMES = 0.85;

export interface Ends {
  /** Blocks of Markdown; none where nothing ends. */
  blocks: string[];
  /** How many are not named. */
  left: number;
}

/** Every resource that ends, from all environments. */
export const endsIn = (environments: readonly EnvironmentPreview[]): End[] =>
  environments.flatMap(({ environment, changes }) =>
    changes
      .filter(({ op }) => op === "delete" || op === "replace")
      .map((change) => ({ environment, change })),
  );

/**
 * All in full lines; or in full lines what holds data or is protected, and the rest by name; or all by name; or as many names as
 * the room bears, those with data first, and the count of the rest. `room`: bytes for the whole text.
 */
export function endsText(ends: readonly End[], room: number): Ends {
  if (ends.length === 0) return { blocks: [], left: 0 };
  const marked = ({ change }: End): boolean => change.stateful || change.protect;
  const forms: [share: number, form: (end: End) => Form][] = [
    [LINES, () => "line"],
    [NAMES, (end) => (marked(end) ? "line" : "name")],
    [NAMES, () => "name"],
  ];
  for (const [share, form] of forms) {
    const blocks = told(ends, form);
    if (blocksSize(blocks) <= room * share) return { blocks, left: 0 };
  }
  const ordered = ends.toSorted((a, b) => Number(marked(b)) - Number(marked(a)));
  const some = (count: number): string[] => [
    ...told(ordered.slice(0, count), () => "name"),
    restText(ordered.slice(count)),
  ];
  let [fits, fails] = [0, ends.length];
  while (fails - fits > 1) {
    const middle = Math.floor((fits + fails) / 2);
    if (blocksSize(some(middle)) <= room * NAMES) fits = middle;
    else fails = middle;
  }
  return { blocks: some(fits), left: ends.length - fits };
}

const blocksSize = (blocks: readonly string[]): number =>
  blocks.reduce((sum, block) => sum + sizeOf(block) + 2, 0);

function told(ends: readonly End[], form: (end: End) => Form): string[] {
  return [
    "#### Deleted or replaced",
    ...[...Map.groupBy(ends, ({ environment }) => environment)].flatMap(([environment, some]) => [
      `In ${code(environment)}:`,
      masked([...lines(some, form), ...names(some, form)].join("\n")),
    ]),
  ];
}

const lines = (ends: readonly End[], form: (end: End) => Form): string[] =>
  ends.filter((end) => form(end) === "line").map(({ change }) => `- ${changeLine(change)}`);

function names(ends: readonly End[], form: (end: End) => Form): string[] {
  const short = ends.filter((end) => form(end) === "name").map(({ change }) => change);
  return [...Map.groupBy(short, ({ op }) => op)].map(
    ([op, some]) => `- **${op.toUpperCase()}** ${some.length}: ${some.map(nameOf).join(", ")}`,
  );
}

const nameOf = ({ name, stateful, protect }: Change): string =>
  `${code(name, 80)}${stateful ? " **HOLDS DATA**" : ""}${protect ? " protected" : ""}`;

function restText(rest: readonly End[]): string {
  const count = (op: Change["op"]): number => rest.filter(({ change }) => change.op === op).length;
  const data = rest.filter(({ change }) => change.stateful).length;
  return `**and ${count("delete")} more to delete, ${count("replace")} more to replace, ${data} of them hold data: not named here**`;
}
