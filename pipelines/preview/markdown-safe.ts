// Puts texts from anywhere into Markdown as code, where nothing in them is markup, a mention, a reference or a link. Pure.
import { maskText } from "../masking/secrets.ts";
import { clean } from "./words.ts";

// Longer than any text is ever shown: what lies behind it is not looked at.
const LONGEST = 10_000;

/** One line of text: masked, cut, and without characters that nobody sees or that turn the line around. */
export function visible(text: string, most = 100): string {
  return clean(maskText(text.slice(0, Math.max(LONGEST, most))), most).replaceAll(
    // Odd spaces: two names would look the same.
    /(?! )\p{Zs}/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** A code span that its text cannot end: the fence is longer than any run of backticks in it. */
export function code(text: string, most = 100): string {
  const shown = visible(text, most);
  if (shown.trim() === "") return shown === "" ? "(empty)" : "(blank)";
  const fence = "`".repeat(longestRun(shown) + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** The same inside a line of HTML, such as `<summary>`, where Markdown is not read. */
export function htmlCode(text: string, most = 100): string {
  const shown = visible(text, most).replaceAll(
    /[^\w .,/-]/gu,
    (character) => `&#${character.codePointAt(0)};`,
  );
  return `<code>${shown}</code>`;
}

/** A block of lines that none of them can end. `diff` colours lines by their first sign. */
export function fenced(lines: readonly string[], language: "diff" | "text", most = 300): string {
  const shown = lines.map((line) => visible(line, most));
  const fence = "`".repeat(Math.max(3, longestRun(shown.join("\n")) + 1));
  return [`${fence}${language}`, ...shown, fence].join("\n");
}

const longestRun = (text: string): number =>
  (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);

/**
 * Masks once more over a finished block, across what was put together. A line in which something is found is told whole as code:
 * what takes its place could swallow the end of a code span. A block of code keeps its fences.
 */
export function masked(block: string): string {
  if (maskText(block) === block) return block;
  let inside = "";
  return block
    .split("\n")
    .map((line) => {
      const fence = /^`{3,}(?=\w*$)/.exec(line)?.[0] ?? "";
      if (fence !== "" && (inside === "" || line === inside)) {
        inside = inside === "" ? fence : "";
        return line;
      }
      if (inside !== "") return maskText(line);
      return maskText(line) === line ? line : code(line, 2 * line.length);
    })
    .join("\n");
}

/** A link of http, or the text as code where it is none. */
export function link(words: string, url: string): string {
  const safe = /^https?:\/\/[\w.:-]+(\/[\w./~%?=&-]*)?$/.test(url);
  return safe ? `[${words}](${url})` : code(url, 300);
}

/** Bytes of UTF-8. No text has more characters or UTF-16 units than that, so it holds for a limit of either. */
export const sizeOf = (text: string): number => Buffer.byteLength(text);
