// The hidden first line by which Surefoot knows what it wrote at GitHub: exact, for one thing, of one version. Pure.
import type { Writing } from "../drivers/github.ts";

/** `<!-- surefoot:preview:v1 pull=7 target=all -->`: values can neither end the comment nor look like another field. */
export function marker(kind: "preview" | "drift", fields: Record<string, string | number>): string {
  const words = Object.entries(fields).map(([key, value]) => `${key}=${encoded(String(value))}`);
  return `<!-- surefoot:${kind}:v1 ${words.join(" ")} -->`;
}

/** What we wrote under a marker, the oldest first. A marker that somebody else wrote, or that stands elsewhere, is none. */
export function ours<T extends Writing>(found: readonly T[], mark: string, login: string): T[] {
  return found
    .filter(({ author, body }) => author === login && normal(body).split("\n", 1)[0] === mark)
    .toSorted((a, b) => a.id - b.id);
}

/** Whether two texts are the same at GitHub, which may write the ends of lines in its own way. */
export const sameBody = (a: string, b: string): boolean => normal(a) === normal(b);

const normal = (text: string): string => text.replaceAll("\r\n", "\n").trim();

// Two hyphens would end a comment in some readers.
const encoded = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replaceAll("--", "%2D%2D").replaceAll("!", "%21");
