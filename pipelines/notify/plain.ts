// Makes a text fit to be told to a chat: without secrets, printable, on one line, of bounded length. Pure.
import { printable } from "../ledger/printable.ts";
import { maskText } from "../masking/secrets.ts";

/** One line of it. What is secret is masked before anything is cut: half a secret looks like none. */
export function plain(text: string, most = 400): string {
  return shortened(printable(maskText(text)), most);
}

/** At most so many UTF-16 units, with an ellipsis where it is cut; a character is never cut in two. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = text.slice(0, Math.max(0, most - 1));
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}…`;
}

/** A link that may be shown; undefined for what is no web address or holds a secret. */
export function plainLink(link: string | undefined): string | undefined {
  if (link === undefined || !URL.canParse(link)) return undefined;
  const { href, protocol, username, password } = new URL(link);
  const web = protocol === "https:" && username === "" && password === "";
  // What is left of these would end the link early in one chat or another.
  const safe = href.replaceAll(
    /[|<>"'`()*_~[\]\\]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return web && safe.length <= 1000 && maskText(href) === href ? safe : undefined;
}
