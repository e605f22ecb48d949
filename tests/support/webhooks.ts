// A server that plays the chats: it refuses what their documentation says they refuse, and stutters as it is told to.
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

const text = (most: number) => z.string().min(1).max(most);

// docs.slack.dev: blocks at most 50, a section's text 1 to 3000 characters, text truncated over 40,000.
const slack = z.strictObject({
  text: text(40_000),
  blocks: z
    .array(
      z.discriminatedUnion("type", [
        z.strictObject({
          type: z.literal("section"),
          text: z.strictObject({ type: z.literal("plain_text"), text: text(3000), emoji: z.boolean() }),
        }),
        z.strictObject({
          type: z.literal("context"),
          elements: z
            .array(z.strictObject({ type: z.literal("mrkdwn"), text: text(3000), verbatim: z.boolean() }))
            .min(1)
            .max(10),
        }),
      ]),
    )
    .min(1)
    .max(50),
  unfurl_links: z.boolean(),
  unfurl_media: z.boolean(),
});

// docs.discord.com, execute webhook: content up to 2000; of the flags only 4 and 4096 may be set.
const discord = z.strictObject({
  content: text(2000),
  allowed_mentions: z.strictObject({ parse: z.array(z.enum(["roles", "users", "everyone"])) }),
  flags: z.union([z.literal(4), z.literal(4096), z.literal(4100)]),
});

// core.telegram.org, sendMessage: text of 1 to 4096 characters.
const telegram = z.strictObject({
  chat_id: z.string().min(1),
  message_thread_id: z.int().optional(),
  text: text(4096),
  link_preview_options: z.strictObject({ is_disabled: z.boolean() }),
});

export interface Heard {
  path: string;
  body: any;
  /** What the chat would say against it. */
  wrong: string | null;
}

/** What the next request meets instead of an answer. */
export type Stutter =
  | "hang"
  | "drop"
  | { status: number; headers?: Record<string, string>; body?: string; bodyMs?: number };

export interface Webhooks extends AsyncDisposable {
  heard: Heard[];
  /** One for each of the next requests. */
  stutters: Stutter[];
  slack: string;
  discord: string;
  telegram: string;
}

export async function startWebhooks(): Promise<Webhooks> {
  const [heard, stutters]: [Heard[], Stutter[]] = [[], []];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as unknown;
      const json = request.headers["content-type"] === "application/json" && request.method === "POST";
      const wrong = json ? complaint(request.url ?? "", body) : "is no POST of JSON";
      heard.push({ path: request.url ?? "", body, wrong });
      answer(response, request.url ?? "", wrong, stutters.shift());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    heard,
    stutters,
    slack: `${origin}/services/T0001/B0001/canarySlackToken01234567`,
    discord: `${origin}/api/webhooks/1234567890/canary-Discord_token-0123456789`,
    telegram: `${origin}/bot123456:canaryTelegramToken-0123456789/sendMessage?chat_id=-1001`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function complaint(path: string, body: unknown): string | null {
  if (path.startsWith("/bot"))
    return path.endsWith("/sendMessage") ? against(telegram, body) : "no such method";
  if (path.startsWith("/api/")) return path.endsWith("?wait=true") ? against(discord, body) : "does not wait";
  return against(slack, body);
}

function against(schema: z.ZodType, body: unknown): string | null {
  const parsed = schema.safeParse(body);
  return parsed.success ? null : z.prettifyError(parsed.error);
}

function answer(response: ServerResponse, path: string, wrong: string | null, stutter?: Stutter): void {
  if (stutter === "hang") return;
  if (stutter === "drop") return void response.destroy();
  if (stutter !== undefined) {
    response.writeHead(stutter.status, stutter.headers ?? {});
    response.write(stutter.body ?? "");
    if (stutter.bodyMs === undefined) response.end();
    return;
  }
  if (wrong !== null) return void response.writeHead(400).end("invalid_payload");
  if (path.startsWith("/bot"))
    return void response.writeHead(200).end('{"ok":true,"result":{"message_id":1}}');
  response.writeHead(200).end(path.startsWith("/api/") ? '{"id":"1"}' : "ok");
}

/** All that people would read of a request. */
export function readable({ body }: Heard): string {
  return [body.text, body.content, ...(body.blocks ?? []).flatMap(textsOf)].filter(Boolean).join("\n");
}

const textsOf = ({ text: own, elements }: any): string[] => [
  own?.text,
  ...(elements ?? []).map((one: any) => one.text),
];
