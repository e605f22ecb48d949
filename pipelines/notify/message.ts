// Lays notices of one cause out as one message, and cuts it to what a chat takes: whole lines, the last word kept. Pure.
import type { Notice } from "./notice.ts";
import { plain, plainLink, shortened } from "./plain.ts";

export interface Paragraph {
  head: string;
  lines: string[];
}

export interface Message {
  /** In the order in which things happened. */
  paragraphs: Paragraph[];
  link: string | undefined;
}

const marks: Record<Notice["kind"], string> = {
  waiting: "⏳",
  approved: "👍",
  started: "▶️",
  wave: "🌊",
  "rolled-back": "↩️",
  done: "✅",
  failed: "❌",
  drift: "🧭",
};

const MOST_SUBJECTS = 6;

/** The message; like notices are told once, with the names of all that they are about. Secrets are masked. */
export function messageOf(notices: readonly Notice[]): Message {
  const alike = Map.groupBy(notices, ({ kind, title, lines }) => JSON.stringify([kind, title, lines]));
  const paragraphs = [...alike.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [paragraphOf(first, [first, ...more])],
  );
  return { paragraphs, link: plainLink(notices.findLast(({ link }) => link !== undefined)?.link) };
}

function paragraphOf({ kind, title, lines }: Notice, alike: readonly Notice[]): Paragraph {
  const subjects = [...new Set(alike.flatMap(({ subject }) => (subject === undefined ? [] : [subject])))];
  const more = subjects.length - MOST_SUBJECTS;
  const named = subjects.slice(0, MOST_SUBJECTS).map((one) => plain(one, 60));
  const who = `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}${named.length > 0 ? " " : ""}`;
  const times = subjects.length === 0 && alike.length > 1 ? ` (${alike.length} times)` : "";
  return { head: `${marks[kind]} ${who}${plain(title)}${times}`, lines: lines.map((line) => plain(line)) };
}

/**
 * The message as lines, each made harmless by `escape`, in at most `most` UTF-16 units with the line ends. What is left out
 * is counted in its last line; heads come before details, and the last head is always there.
 */
export function fitted({ paragraphs }: Message, most: number, escape: (line: string) => string): string {
  const longest = Math.floor(most / 4);
  const heads = keptHeads(
    paragraphs.map(({ head }) => escaped(head, longest, escape)),
    most - 60,
  );
  let room = most - 60 - heads.reduce((sum, head) => sum + (head?.length ?? 0) + 1, 0);
  const out: string[] = [];
  let left = 0;
  for (const [index, head] of heads.entries()) {
    const details = paragraphs[index]?.lines ?? [];
    if (head === undefined) {
      left += 1 + details.length;
      continue;
    }
    out.push(head);
    for (const detail of details) {
      const line = `   ${escaped(detail, longest, escape)}`;
      // Once one is left out so are those after it: a list with holes reads as if it were whole.
      if (left > 0 || line.length + 1 > room) left += 1;
      else {
        room -= line.length + 1;
        out.push(line);
      }
    }
  }
  if (left > 0) out.push(`… and ${left} more ${left === 1 ? "line" : "lines"}`);
  return out.join("\n");
}

/** The last head, then as many from the first on as there is room for; undefined for the others. */
function keptHeads(heads: readonly string[], most: number): (string | undefined)[] {
  let room = most - (heads.at(-1)?.length ?? 0) - 1;
  let full = false;
  return heads.map((head, index) => {
    if (index === heads.length - 1) return head;
    full ||= head.length + 1 > room;
    if (full) return undefined;
    room -= head.length + 1;
    return head;
  });
}

/** Cut before it is escaped, so that no escape is cut in two. */
function escaped(line: string, longest: number, escape: (line: string) => string): string {
  let most = longest;
  for (;;) {
    const whole = escape(shortened(line, most));
    if (whole.length <= longest) return whole;
    // An escape makes at most five characters of one.
    most -= Math.max(1, Math.floor((whole.length - longest) / 5));
  }
}
