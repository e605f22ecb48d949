// Masks what free text assigns to a telling name: env, YAML, JSON, properties, queries, flags, XML, name-value pairs. Pure.
import { MASK } from "./registered.ts";
import { isDense, tellingOf } from "./secret-names.ts";
import type { Telling } from "./secret-names.ts";
import { harmless, isTag, message } from "./secret-words.ts";

// Each begins with a sign and only then looks around for a bounded name, so that a text is read about once.
const sign = String.raw`(?:=>|[:?+]=|={1,3}|:|%3[ad])`;
const separator = new RegExp(
  String.raw`${sign}(?<=([\w.-]{1,60}(?: [\w.-]{1,30})?)((?:\\{0,7}["'\`]|&quot;|&#39;|%22|%27)?\]?[ \t]{0,5})${sign})`,
  "gi",
);
const flag = /--?(?<=(?:^|[\s"'`[,(=])--?)([a-z][\w.-]{1,60})(?:[ \t]{1,5}|["'],\s{0,5}(?=["']))(?!-)/gi;
const element = /<(?:[\w-]{1,60}:)?([\w.-]{1,60})(?:\s[^<>]{0,200})?>(?:<!\[CDATA\[)?(?!<)/g;
const pair =
  /value(?:\\{0,7}["'])?\s{0,3}[=:](?<=(?:name|key)(?:\\{0,7}["'])?\s{0,3}[=:]\s{0,3}(?:\\{0,7}["'])?([\w.-]{1,60})(?:\\{0,7}["'])?,?\s{0,40}(?:\\{0,7}["'])?(?:parameter)?value(?:\\{0,7}["'])?\s{0,3}[=:])/gi;

interface Place {
  text: string;
  /** Where the value may begin. */
  at: number;
  name: string;
  /** A colon with nothing around it, as in `client_secret:x`, but also in `token:1.2.3`. */
  bare: boolean;
  /** The name begins its line. */
  first: boolean;
}
type Found = { from: number; to: number } | undefined;

/** The text with each such value masked. */
export function maskAssignments(text: string): string {
  let masked = replaced(text, element, ({ text: all, at }) => spanOf(all, at, /[^<]{1,65536}/y));
  masked = replaced(masked, flag, valueAt);
  masked = replaced(masked, pair, valueAt);
  return replaced(masked, separator, valueAt);
}

function replaced(text: string, finder: RegExp, find: (place: Place) => Found): string {
  let [done, out] = [0, ""];
  finder.lastIndex = 0;
  for (let match = finder.exec(text); match !== null; match = finder.exec(text)) {
    const next = finder.lastIndex;
    const found = secretAt(text, match, find);
    // A finder may be used again inside: where it goes on is set anew.
    finder.lastIndex = found === undefined ? next : Math.max(next, found.to);
    if (found === undefined) continue;
    out += text.slice(done, found.from) + MASK;
    done = found.to;
  }
  return out + text.slice(done);
}

function secretAt(text: string, match: RegExpExecArray, find: (place: Place) => Found): Found {
  const [matched, name = "", gap = ""] = match;
  const at = match.index + matched.length;
  const telling = tellingOf(name);
  if (telling === "never") return undefined;
  const start = match.index - gap.length - name.length;
  const bare = matched === ":" && gap === "" && !/[\s"'`\\]/.test(text.charAt(at));
  // Types, ARNs, images and URLs: aws:secret:Secret, :secret:prod/x, /auth-token:1.2.
  if (bare && /[:/@#.]/.test(text.charAt(start + name.lastIndexOf(" ")))) return undefined;
  const found = find({
    text,
    at,
    name,
    bare,
    first:
      /(?:^|\n)[ \t-]{0,40}["'`]?$/.test(text.slice(Math.max(0, start - 42), start)) &&
      /^[:= \t]/.test(matched),
  });
  if (found === undefined || !isWorth(text.slice(found.from, found.to), telling, name, bare))
    return undefined;
  return found;
}

function isWorth(value: string, telling: Telling, name: string, bare: boolean): boolean {
  if (value.length > 300) return true;
  // Where a shell stands is called PWD.
  if (harmless(value) || (/^(?:OLD)?PWD$/.test(name) && value.startsWith("/"))) return false;
  if (bare && (isTag(value) || /^[:/]/.test(value))) return false;
  // A kind and a name, such as `secret:app-tls`.
  return telling === "dense" || (bare && /^secret$/i.test(name)) ? isDense(value) : true;
}

function valueAt({ text, at, bare, first }: Place): Found {
  const from = at + lengthOf(text, at, /\s{0,20}(?=\\{0,7}["'`]|&quot;)|[ \t]{0,20}/y);
  const block = lengthOf(text, from, /[|>][-+\d]{0,2}[ \t]{0,20}(?=\r?\n)/y);
  if (block > 0) return blockAt(text, from + block);
  const opening = openingAt(text, from);
  if (opening !== "") return quotedAt(text, from + opening.length, opening);
  const reference = lengthOf(
    text,
    from,
    /(?:\$\{\{?[\w .-]{1,80}\}?\}|\$\([\w ./-]{1,80}\)|\{\{[\w .$-]{1,80}\}\})(?![\w$])/y,
  );
  if (reference > 0) return undefined;
  const scheme = lengthOf(text, from, /(?:basic|bearer|token|digest|apikey|negotiate)[ \t]{1,5}(?=[^\s])/iy);
  const whole = first && !bare && from > at ? spanOf(text, from, phrase) : undefined;
  if (whole !== undefined) return message(text.slice(whole.from, whole.to)) ? undefined : whole;
  return spanOf(text, from + scheme, word);
}

// Another name and its sign end a value: `password=a,user=b`.
const named = String.raw`["'\`]?[\w.-]{1,60}["'\`]?[ \t]?(?:=|:(?!//)|%3)`;
const piece = String.raw`[^\s"'\`,;&<\\]|[,;&](?!\s|$|["'\`]|${named})|["'\`](?=\w)|<(?!/)|\\(?![nrt]${named}|\\{0,6}["'\`](?!\w))`;
const word = new RegExp(`(?:${piece}){1,4096}`, "y");
const phrase = new RegExp(String.raw`(?:${piece}|[ \t]{1,9}(?!\s|$|#|${named})){1,4096}`, "y");

const openingAt = (text: string, at: number): string =>
  text.slice(at, at + lengthOf(text, at, /"""|'''|\\{0,7}["'`]|&quot;|&#39;|%22|%27/y));

/** Up to the same quote, as deep in backslashes; where none comes, to the end of the line. */
function quotedAt(text: string, from: number, opening: string): Found {
  const depth = /^\\{0,7}/.exec(opening)?.[0].length ?? 0;
  const quote = opening.slice(depth);
  for (
    let to = text.indexOf(quote, from);
    to !== -1 && to - from < 65_536;
    to = text.indexOf(quote, to + 1)
  ) {
    let slashes = 0;
    while (text[to - slashes - 1] === "\\" && to - slashes > from) slashes += 1;
    if (slashes < depth || (slashes - depth) % (2 * (depth + 1)) !== 0) continue;
    // Doubled, a quote stands for itself.
    if (to > from && depth === 0 && quote === "'" && text[to + 1] === quote) to += 1;
    else return to - depth > from ? { from, to: to - depth } : undefined;
  }
  return spanOf(text, from, /[^\r\n]{1,4096}/y);
}

/** The lines of a YAML block, as far as they are set in like its first one. */
function blockAt(text: string, from: number): Found {
  const first = /\r?\n([ \t]{1,60})/y;
  first.lastIndex = from;
  const [lead = "", indent = ""] = first.exec(text) ?? [];
  if (indent === "") return undefined;
  const lines = new RegExp(String.raw`[^\r\n]{1,4096}|\r?\n(?:[ \t]{${indent.length}}|(?=\r?\n))`, "y");
  return spanOf(text, from + lead.length, lines);
}

/** From here on as far as the pattern goes, however often. */
function spanOf(text: string, from: number, pattern: RegExp): Found {
  let to = from;
  for (let more = lengthOf(text, to, pattern); more > 0; more = lengthOf(text, to, pattern)) to += more;
  return to > from ? { from, to } : undefined;
}

function lengthOf(text: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
