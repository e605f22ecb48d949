// Settings as the node script sources them: of the node itself, and of each release.

/** Settings as lines that a POSIX shell can source; any value is safe inside single quotes but the quote itself. */
export function shellLines(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join("");
}
