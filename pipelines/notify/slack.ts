// Slack's incoming webhooks, and whatever takes the same (Mattermost, Rocket.Chat): what is sent there. Pure.
import type { Chat } from "./chats.ts";
import { fitted } from "./message.ts";

// Slack: 3000 characters a section; longer texts are refused with invalid_blocks.
const MOST = 3000;
// Nobody sees it: it only keeps what stands around it from being read as a mention or a link.
const GAP = "\u200B";

export const slack: Chat = {
  form: "https://hooks.slack.com/services/…",
  fits: ({ pathname }) => pathname.length > 1,
  request: (url, message) => {
    const { link } = message;
    const section = { type: "plain_text", text: fitted(message, MOST, unmentioned), emoji: false };
    const more = { type: "mrkdwn", text: `<${link?.replaceAll("&", "&amp;")}|more>`, verbatim: true };
    const body = {
      // What a phone shows, and all that servers without blocks show: those read Markdown.
      text: fitted(message, MOST, marked),
      // Plain text: nothing in it is ever formatting, a link or a mention.
      blocks: [
        { type: "section", text: section },
        ...(link === undefined ? [] : [{ type: "context", elements: [more] }]),
      ],
      unfurl_links: false,
      unfurl_media: false,
    };
    return { url: url.href, body };
  },
};

const unmentioned = (line: string): string => line.replaceAll(/[@<](?=\S)/g, (one) => `${one}${GAP}`);

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

const marked = (line: string): string =>
  line
    .replaceAll(/[\\*_~`|#[\]()!]/g, String.raw`\$&`)
    .replaceAll(/[&<>]/g, (one) => entities[one] ?? one)
    .replaceAll(/@(?=\S)/g, `@${GAP}`);
