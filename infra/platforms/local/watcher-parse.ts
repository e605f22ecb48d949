// Reads the Prometheus text format, strictly for the metrics asked for and without looking into the others.
//
// Own code because no well-kept library fits: prom-client only writes the format, and parse-prometheus-text-format has not been
// released for years, builds everything as strings and leaves escapes and limits to the caller.
// Format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format

export interface MetricSample {
  name: string;
  labels: ReadonlyMap<string, string>;
  value: number;
}

export interface ParsedMetrics {
  /** Names that have a TYPE line, with or without samples: a labelled counter shows none before its first increase. */
  declared: Set<string>;
  samples: MetricSample[];
}

const numberLettersMost = 64;
const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const infinityPattern = /^[+-]?inf(?:inity)?$/i;
const namePattern = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const labelPattern = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\\n]|\\.)*)"[ \t]*(,|(?=\}))/y;
const tailPattern = /^[ \t]*(\S+)(?:[ \t]+-?\d+)?[ \t]*$/;

/** Parses the samples whose names are in `wanted`. Throws on a line of those that breaks the format: half a truth is not judged. */
export function parseMetrics(text: string, wanted: ReadonlySet<string>): ParsedMetrics {
  const parsed: ParsedMetrics = { declared: new Set(), samples: [] };
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    readLine(text.slice(start, end).trim(), wanted, parsed);
    start = end + 1;
  }
  return parsed;
}

function readLine(line: string, wanted: ReadonlySet<string>, into: ParsedMetrics): void {
  if (line.startsWith("#")) {
    const [, keyword, name] = line.slice(0, 300).split(/[ \t]+/, 3);
    if (keyword === "TYPE" && name !== undefined && wanted.has(name)) into.declared.add(name);
    return;
  }
  namePattern.lastIndex = 0;
  const name = namePattern.exec(line)?.[0];
  if (name === undefined || !wanted.has(name)) return;
  const labels = new Map<string, string>();
  const valueAt = line[name.length] === "{" ? readLabels(line, name.length + 1, labels) : name.length;
  const value = tailPattern.exec(line.slice(valueAt))?.[1];
  if (value === undefined || (valueAt === name.length && !/[ \t]/.test(line[valueAt] ?? "")))
    throw broken(line);
  into.samples.push({ name, labels, value: parseValue(value) });
}

/** Reads `a="b",c="d"}` from there on; returns the place after the brace. */
function readLabels(line: string, from: number, labels: Map<string, string>): number {
  let at = from;
  for (;;) {
    labelPattern.lastIndex = at;
    const match = labelPattern.exec(line);
    if (match === null) break;
    labels.set(match[1] ?? "", unescape(match[2] ?? ""));
    at = labelPattern.lastIndex;
    if (match[3] === "") break;
  }
  while (line[at] === " " || line[at] === "\t") at += 1;
  if (line[at] !== "}") throw broken(line);
  return at + 1;
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (whole, letter: string) =>
    letter === "n" ? "\n" : /["\\]/.test(letter) ? letter : whole,
  );
}

/** A number as the format writes it: decimal, exponent, +Inf, -Inf or NaN. Throws on anything else, hexadecimal and empty included. */
export function parseValue(text: string): number {
  // A number pattern takes quadratic time on millions of digits, so the length is looked at first.
  if (text.length > numberLettersMost) throw broken(text);
  if (numberPattern.test(text)) return Number(text);
  if (infinityPattern.test(text))
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  throw broken(text);
}

function broken(text: string): Error {
  return new Error(`not the Prometheus text format: ${text.slice(0, 80)}`);
}
