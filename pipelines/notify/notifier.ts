// Tells the chats of an environment what happens to it, beside the run: it is never slowed down or failed by them.
import { systemClock } from "../drivers/clock.ts";
import type { Clock } from "../drivers/clock.ts";
import { postJson } from "../drivers/webhook.ts";
import type { Post } from "../drivers/webhook.ts";
import { registerSecret } from "../masking/registered.ts";
import { chats, secretsIn, webhookOf } from "./chats.ts";
import type { Environ, NotifyConfig } from "./chats.ts";
import { messageOf } from "./message.ts";
import type { Delivery, Notice } from "./notice.ts";
import { openQueue } from "./queue.ts";
import { send } from "./send.ts";

export interface Notifier extends AsyncDisposable {
  /** Returns at once; never throws. */
  tell: (notice: Notice) => void;
  /** Sends what is left, for at most a few seconds. One delivery a message; what could not be sent is among them. */
  close: () => Promise<Delivery[]>;
}

export interface NotifierOptions {
  env: Environ;
  /** Told once a chat that cannot be told; never a reason to fail. */
  warn?: (text: string) => void;
  clock?: Clock;
  post?: Post;
  /** For one request. */
  timeoutMs?: number;
  /** How long the close may take. */
  closeSeconds?: number;
  /** How long notices of one cause are gathered. */
  windowSeconds?: number;
}

/** Opens the chats of a description. Nothing is sent where a variable is missing or holds no webhook: that is a delivery that failed. */
export function openNotifier(config: NotifyConfig, options: NotifierOptions): Notifier {
  const { clock = systemClock, closeSeconds = 5 } = options;
  const deadline = new AbortController();
  const deliveries: Delivery[] = [];
  const warned = new Set<string>();
  const record = (delivery: Delivery): void => {
    deliveries.push(delivery);
    const { chat, webhook, ok, problem } = delivery;
    const whom = `${chat} (${webhook})`;
    if (!ok && !warned.has(whom)) options.warn?.(`${whom} was not told: ${problem}`);
    if (!ok) warned.add(whom);
  };
  const open = config.map((one) => openChat(one, { ...options, clock, record, signal: deadline.signal }));
  let closed: Promise<Delivery[]> | undefined;
  const end = async (): Promise<Delivery[]> => {
    const done = new AbortController();
    void clock.sleep(closeSeconds, done.signal).then(
      () => deadline.abort(),
      () => {},
    );
    await Promise.all(open.map((chat) => chat.drain()));
    done.abort();
    return deliveries;
  };
  const close = (): Promise<Delivery[]> => (closed ??= end());
  return {
    tell: (notice) => {
      if (closed === undefined) for (const chat of open) chat.add(notice);
    },
    close,
    [Symbol.asyncDispose]: async () => void (await close()),
  };
}

type Parts = NotifierOptions & { clock: Clock; record: (delivery: Delivery) => void; signal: AbortSignal };

function openChat(config: NotifyConfig[number], parts: Parts) {
  const { chat, webhook: variable } = config;
  const { env, clock, record, signal, post = postJson, timeoutMs = 5000, windowSeconds = 3 } = parts;
  const webhook = webhookOf(config, env);
  if (webhook.ok) for (const secret of secretsIn(webhook.url)) registerSecret(secret);
  const queue = openQueue(clock, windowSeconds, async (notices) => {
    const about = { chat, webhook: variable, notices: notices.length };
    if (!webhook.ok) return record({ ...about, ok: false, attempts: 0, problem: webhook.problem });
    const { url, body } = chats[chat].request(webhook.url, messageOf(notices));
    record({ ...about, ...(await send(url, body, { post, clock, timeoutMs, signal })) });
  });
  const wanted = new Set(config.on);
  return {
    add: (notice: Notice): void => void (wanted.has(notice.kind) && queue.add(notice)),
    drain: queue.drain,
  };
}
