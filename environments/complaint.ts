// A complaint about a description: where it stands, which rule it breaks, and what to do.
export interface Complaint {
  /** Folder and file, such as `environments/prod.yaml`. */
  file: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** Dotted, such as `services.server.rollout.waves[2]`; empty for the whole file. */
  path: string;
  /** A permanent word for the broken rule, such as `unknown-key`. */
  rule: string;
  message: string;
}

export type Path = readonly (string | number)[];

/** Where something stands in a file. */
export interface Spot {
  file: string;
  line: number;
  column: number;
}

/** A broken rule that does not know files yet. */
export interface Finding {
  path: Path;
  rule: string;
  message: string;
  /** The key itself is wrong, not its value. */
  atKey?: boolean;
}

/** One line: `environments/prod.yaml:12:7 services.server.nodez: unknown key. Did you mean "nodes"?` */
export function complaintText(complaint: Complaint): string {
  const { file, line, column, path, message } = complaint;
  return `${file}:${line}:${column} ${path === "" ? "" : `${path}: `}${message}`;
}

/** `["services", "app", "waves", 2]` is `services.app.waves[2]`; a key that is not a plain word is quoted. */
export function pathText(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[\w-]{1,60}$/.test(step)) return `[${JSON.stringify(step.slice(0, 60))}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

/** In the order a person reads: by file, line, column; at most `limit`, then one line that counts the others. */
export function inReadingOrder(complaints: readonly Complaint[], limit = 100): Complaint[] {
  const sorted = complaints.toSorted(
    (a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column,
  );
  const last = sorted[limit - 1];
  if (sorted.length <= limit || last === undefined) return sorted;
  const message = `${sorted.length - limit} more complaints are not shown`;
  return [...sorted.slice(0, limit), { ...last, path: "", rule: "more", message }];
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
