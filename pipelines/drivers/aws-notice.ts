// Several notices as one message that people read in chat or mail: within the limits of SNS, and without secrets. Pure.
import { printable } from "../ledger/printable.ts";

export interface Notice {
  environment: string;
  /** One sentence: what happened. */
  what: string;
  /** What to do, where something is to be done. */
  next?: string;
}

// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: below 100 characters of ASCII; 256 KiB in all.
const subjectLimit = 99;
const messageLimit = 200 * 1024;

const hidden = "[secret]";
const shapes = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,})/g,
  /(?<=:\/\/[^\s:/@]+:)[^\s@/]+(?=@)/g,
  /(?<=\b(?:password|passwd|secret|token|api[_-]?key|secret[_-]?access[_-]?key|authorization)["']?\s*[:=]\s*["']?(?:Bearer\s+|Basic\s+)?)(?!(?:Bearer|Basic)\s)[^\s"',;&]+/gi,
];

/** The text without what is known to be secret and what looks like it. */
export function withoutSecrets(text: string, known: readonly string[] = []): string {
  const longFirst = known
    .filter(({ length }) => length >= 4)
    .toSorted((one, other) => other.length - one.length);
  const plain = longFirst.reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
  return shapes.reduce((rest, shape) => rest.replace(shape, hidden), plain);
}

/** One message for all notices, grouped by environment in their order; what is over the limit is counted, not sent. */
export function messageOf(
  notices: readonly Notice[],
  known: readonly string[] = [],
): { subject: string; message: string } {
  const groups = Map.groupBy(notices, ({ environment }) => environment);
  const clean = (text: string) => printable(withoutSecrets(text, known));
  const lines = [...groups].flatMap(([environment, all]) => [
    `${clean(environment)}:`,
    ...all.map(({ what, next }) => `  - ${clean(what)}${next === undefined ? "" : ` Next: ${clean(next)}`}`),
  ]);
  const [first] = notices;
  const more = notices.length > 1 ? ` (and ${notices.length - 1} more)` : "";
  const start = first === undefined ? "nothing" : `${clean(first.environment)}: ${clean(first.what)}`;
  return { subject: subject(`Surefoot ${start}`, more), message: fitted(lines) };
}

function subject(text: string, more: string): string {
  const ascii = text.replace(/[^\u0020-\u007E]/g, "?");
  const room = subjectLimit - more.length;
  return (ascii.length > room ? `${ascii.slice(0, room - 3)}...` : ascii) + more;
}

function fitted(lines: readonly string[]): string {
  let size = 0;
  const kept = lines.filter((line) => (size += Buffer.byteLength(line) + 1) <= messageLimit);
  const left = lines.length - kept.length;
  return [...kept, ...(left > 0 ? [`(${left} lines more than fit here)`] : [])].join("\n");
}
