// npm run bench: every figure beside its goal, as a table, or with --json as one list. Names after it choose some: preview, process, nodes.
import { fiftyNodes } from "./fifty-nodes.ts";
import { inProcess } from "./in-process.ts";
import { previewOverhead } from "./preview-overhead.ts";
import { tableText } from "./row.ts";
import type { Row } from "./row.ts";

const benches: Record<string, () => Row[] | Promise<Row[]>> = {
  preview: previewOverhead,
  process: inProcess,
  nodes: fiftyNodes,
};

const asked = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const odd = asked.find((name) => !Object.hasOwn(benches, name));
if (odd !== undefined) {
  process.stderr.write(`no bench ${JSON.stringify(odd)}; there are ${Object.keys(benches).join(", ")}\n`);
  process.exit(2);
}

const rows: Row[] = [];
// One after the other: they would take each other's time.
for (const [name, bench] of Object.entries(benches))
  if (asked.length === 0 || asked.includes(name)) rows.push(...(await bench()));

if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
else
  process.stdout.write(
    tableText(rows)
      .map((line) => `${line}\n`)
      .join(""),
  );
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
