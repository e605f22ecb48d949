// The one text of plain data: what is hashed, signed, stored as a record and compared. Pure.

/** JSON with sorted keys and no spaces, as in RFC 8785: the same value gives the same bytes everywhere. */
export function canonical(value: unknown): string {
  const sorted = (plain: unknown): string => {
    if (Array.isArray(plain)) return `[${plain.map(sorted).join(",")}]`;
    if (plain === null || typeof plain !== "object") return JSON.stringify(plain);
    const parts = Object.entries(plain).toSorted(([one], [other]) => (one < other ? -1 : 1));
    return `{${parts.map(([key, part]) => `${JSON.stringify(key)}:${sorted(part)}`).join(",")}}`;
  };
  return sorted(JSON.parse(JSON.stringify(value)));
}
