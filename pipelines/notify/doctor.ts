// What the doctor says of the chats of an environment: is each variable set, and does it hold a webhook of that chat? Pure.
import { webhookOf } from "./chats.ts";
import type { Environ, NotifyConfig } from "./chats.ts";

/** One check a chat. A variable that is missing is no fault: most machines are not the one that tells. */
export function examineChats(
  notify: NotifyConfig,
  env: Environ,
): { check: string; ok: boolean; detail: string; next?: string }[] {
  return notify.map((one) => {
    const [check, found] = [`chat ${one.chat}`, webhookOf(one, env)];
    const what = one.on.join(", ");
    if (found.ok) return { check, ok: true, detail: `${one.webhook} is set; it is told: ${what}` };
    const detail = found.problem;
    if (found.missing)
      return { check, ok: true, detail: `${detail} here: nothing is told from this machine` };
    return { check, ok: false, detail, next: `set ${one.webhook} to the webhook that ${one.chat} shows` };
  });
}
