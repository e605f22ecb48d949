// Long texts in a diff: start-up scripts are decoded, only the lines that differ are kept. Pure.

/** A start-up script as people wrote it; any other text as it is. */
export function readable(key: string, text: string): string {
  if (!/^userData(Base64)?$/.test(key) || !/^[A-Za-z0-9+/]{16,}={0,2}$/.test(text)) return text;
  const decoded = Buffer.from(text, "base64").toString("utf8");
  return decoded.includes("\uFFFD") || decoded.includes("\0") ? text : decoded;
}

/** The lines between the first and the last that differ. */
export function changedLines(before: string, after: string): { before: string; after: string } {
  const [was, will] = [before.split("\n"), after.split("\n")];
  const least = Math.min(was.length, will.length);
  let head = 0;
  while (head < least - 1 && was[head] === will[head]) head += 1;
  let tail = 0;
  while (tail < least - head - 1 && was.at(-1 - tail) === will.at(-1 - tail)) tail += 1;
  const middle = (lines: readonly string[]): string => lines.slice(head, lines.length - tail).join("\n");
  return { before: middle(was), after: middle(will) };
}
