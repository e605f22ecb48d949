// Reads values that carry their unit ("20s", "100GiB", "30%") into seconds, bytes and fractions.
export interface Unit {
  pattern: RegExp;
  /** What is accepted, for complaints and for the JSON Schema. */
  accepts: string;
  /** Per suffix: multiply, then divide. Two whole numbers, because 0.001 has no exact binary form. */
  factors: Record<string, readonly [number, number]>;
}

export type Read = { ok: true; value: number } | { ok: false; complaint: string };

const KIB = 1024;

/** Seconds. */
export const duration: Unit = {
  pattern: /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)$/,
  accepts: "a duration with its unit, such as 500ms, 20s, 5m or 2h",
  factors: { ms: [1, 1000], s: [1, 1], m: [60, 1], h: [3600, 1] },
};

/** Days: how long something is kept. */
export const days: Unit = {
  pattern: /^(\d{1,5})(d)$/,
  accepts: "a number of days, such as 7d or 90d",
  factors: { d: [1, 1] },
};

/** US dollars a month. */
export const monthly: Unit = {
  pattern: /^(\d{1,9}(?:\.\d{1,2})?)( USD)$/,
  accepts: "a monthly amount in US dollars, such as 500 USD",
  factors: { " USD": [1, 1] },
};

/** Bytes. */
export const size: Unit = {
  pattern: /^(\d{1,9}(?:\.\d{1,6})?)(KiB|MiB|GiB|TiB)$/,
  accepts: "a size with its unit, such as 64KiB, 10MiB, 100GiB or 1TiB",
  factors: { KiB: [KIB, 1], MiB: [KIB ** 2, 1], GiB: [KIB ** 3, 1], TiB: [KIB ** 4, 1] },
};

/** A fraction: 30% is 0.3. */
export const share: Unit = {
  pattern: /^(\d{1,9}(?:\.\d{1,6})?)(%)$/,
  accepts: "a share, such as 30%",
  factors: { "%": [1, 100] },
};

/** How much more than the other nodes, in their own measure: +20% is 0.2. */
export const increase: Unit = {
  pattern: /^\+(\d{1,9}(?:\.\d{1,6})?)(%)$/,
  accepts: "an increase, such as +20%",
  factors: { "%": [1, 100] },
};

/** How much more than the other nodes, in percentage points: +0.5pp is 0.005. */
export const points: Unit = {
  pattern: /^\+(\d{1,9}(?:\.\d{1,6})?)(pp)$/,
  accepts: "an increase in percentage points, such as +0.5pp",
  factors: { pp: [1, 100] },
};

/** Reads a value of a unit. A bare number or another unit is refused, naming what is accepted. */
export function readUnit(unit: Unit, value: unknown): Read {
  const match = typeof value === "string" ? unit.pattern.exec(value) : null;
  const factor = match && unit.factors[match[2] ?? ""];
  if (!match || !factor) return { ok: false, complaint: refuseUnit(unit, value) };
  const exact = (Number(match[1]) * factor[0]) / factor[1];
  return { ok: true, value: unit === size ? Math.round(exact) : exact };
}

/** The complaint for a value that is not of the unit. */
export function refuseUnit(unit: Unit, value: unknown): string {
  const bare = typeof value === "number" || (typeof value === "string" && /^[+-]?\d+(\.\d+)?$/.test(value));
  return `${show(value)} ${bare ? "has no unit" : "is not understood"}: write ${unit.accepts}`;
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  return String(value);
}
