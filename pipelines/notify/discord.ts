// Discord's webhooks: what is sent there. Pure.
import type { Chat } from "./chats.ts";
import { fitted } from "./message.ts";

// Discord: 2000 characters of content.
const MOST = 2000;
const GAP = "\u200B";
/** Shows no preview of a link. */
const SUPPRESS_EMBEDS = 4;

export const discord: Chat = {
  form: "https://discord.com/api/webhooks/<id>/<token>",
  fits: ({ pathname }) => /^\/api\/(v\d+\/)?webhooks\/\d+\/[\w-]+\/?$/.test(pathname),
  request: (url, message) => {
    const { link } = message;
    const ending = link === undefined ? "" : `\n<${link}>`;
    // Otherwise it answers 204 for what it then does not keep.
    const asked = new URL(url);
    asked.searchParams.set("wait", "true");
    const body = {
      content: `${fitted(message, MOST - ending.length, marked)}${ending}`,
      allowed_mentions: { parse: [] },
      flags: SUPPRESS_EMBEDS,
    };
    return { url: asked.href, body };
  },
};

const marked = (line: string): string =>
  line
    .replaceAll(/[\\*_~`|<>#[\]()]/g, String.raw`\$&`)
    .replace(/^(\s*)([-+])/, String.raw`$1\$2`)
    .replaceAll(/@(?=\S)/g, `@${GAP}`);
