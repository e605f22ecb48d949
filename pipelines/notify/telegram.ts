// Telegram's bots: what is sent to sendMessage. Pure.
import type { Chat } from "./chats.ts";
import { fitted } from "./message.ts";

// Telegram: 4096 characters of text.
const MOST = 4096;
const GAP = "\u200B";

export const telegram: Chat = {
  form: "https://api.telegram.org/bot<token>/sendMessage?chat_id=<id>",
  fits: ({ pathname, searchParams }) =>
    /^\/bot\d+:[\w-]+\/sendMessage$/i.test(pathname) && (searchParams.get("chat_id") ?? "") !== "",
  request: (url, message) => {
    const { link } = message;
    const ending = link === undefined ? "" : `\n${link}`;
    const { chat_id, message_thread_id } = Object.fromEntries(url.searchParams);
    const body = {
      chat_id,
      ...(message_thread_id === undefined ? {} : { message_thread_id: Number(message_thread_id) }),
      // Without parse_mode nothing is formatting; but names after an @ are found all the same.
      text: `${fitted(message, MOST - ending.length, unmentioned)}${ending}`,
      link_preview_options: { is_disabled: true },
    };
    return { url: `${url.origin}${url.pathname}`, body };
  },
};

const unmentioned = (line: string): string => line.replaceAll(/@(?=\S)/g, `@${GAP}`);
