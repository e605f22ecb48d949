// The messages that wait for one chat: what comes within a short time and has one cause becomes one; the oldest goes first.
import type { Clock } from "../drivers/clock.ts";
import type { Notice } from "./notice.ts";

export interface Queue {
  add: (notice: Notice) => void;
  /** Sends what is left at once; resolves when nothing is. */
  drain: () => Promise<void>;
}

interface Pending {
  cause: string;
  /** When it is sent, epoch milliseconds. */
  due: number;
  notices: Notice[];
}

/** A message is held back for `windowSeconds` from its first notice on, and longer while one before it is under way. `send` must not throw. */
export function openQueue(
  clock: Clock,
  windowSeconds: number,
  send: (notices: Notice[]) => Promise<void>,
): Queue {
  const pending: Pending[] = [];
  const closing = new AbortController();
  let working: Promise<void> | undefined;
  const work = async (): Promise<void> => {
    for (let first = pending[0]; first !== undefined; first = pending[0]) {
      const left = (first.due - clock.now()) / 1000;
      // Only the end of the run cuts it short.
      if (left > 0 && !closing.signal.aborted) await clock.sleep(left, closing.signal).catch(() => {});
      pending.shift();
      await send(first.notices);
    }
    working = undefined;
  };
  return {
    add: (notice) => {
      const { cause } = notice;
      const known = pending.find((one) => one.cause === cause);
      if (known !== undefined) return void known.notices.push(notice);
      pending.push({ cause, due: clock.now() + windowSeconds * 1000, notices: [notice] });
      working ??= work();
    },
    drain: async () => {
      closing.abort();
      await working;
    },
  };
}
