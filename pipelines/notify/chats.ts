// The chats that can be told, and where: from the variable that a description names to a URL that may be asked. Pure.
import type { Description } from "../../environments/shape.ts";
import { discord } from "./discord.ts";
import type { Message } from "./message.ts";
import type { Delivery } from "./notice.ts";
import { slack } from "./slack.ts";
import { telegram } from "./telegram.ts";

export interface Chat {
  /** What its URL looks like, for messages. */
  form: string;
  fits: (url: URL) => boolean;
  /** What is sent, and where to; within the limits of the chat, with nothing in it that mentions anybody. */
  request: (url: URL, message: Message) => { url: string; body: unknown };
}

export const chats: Record<Delivery["chat"], Chat> = { slack, discord, telegram };

export type NotifyConfig = Description["notify"];
export type Environ = Readonly<Record<string, string | undefined>>;

export type Webhook = { ok: true; url: URL } | { ok: false; missing: boolean; problem: string };

/** The URL that the variable holds. Its problem names the variable, never what it holds. */
export function webhookOf({ chat, webhook }: NotifyConfig[number], env: Environ): Webhook {
  const text = env[webhook]?.trim() ?? "";
  if (text === "") return { ok: false, missing: true, problem: `the variable ${webhook} is not set` };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const good = url !== undefined && safe(url) && chats[chat].fits(url);
  const problem = `the variable ${webhook} does not hold a webhook of ${chat}: ${chats[chat].form}`;
  return good ? { ok: true, url } : { ok: false, missing: false, problem };
}

/** Encrypted, or to this machine itself; a password in it would be told to whoever is asked. */
function safe({ protocol, hostname, username, password }: URL): boolean {
  const here = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return (protocol === "https:" || (protocol === "http:" && here)) && username === "" && password === "";
}

/** Every part of a webhook that must not be shown: whoever has it may write there. */
export function secretsIn(url: URL): string[] {
  const parts = url.pathname.split("/").flatMap((part) => [part, ...part.split(":")]);
  // Words of an address are no secret: masked, they would be missing everywhere.
  const long = parts.filter((part) => part.length >= 16 && /\d/.test(part));
  return [...new Set([url.href, `${url.pathname}${url.search}`, url.pathname, ...long])].filter(
    (part) => part.length >= 12,
  );
}
