// What goes wrong at GitHub when a test wants it: limits, answers of 5xx, lost connections, and requests that wait for each other.
import type { ServerResponse } from "node:http";
import { refusal } from "./github-answers.ts";

export interface Fault {
  /** `primary` and `secondary`: GitHub's two limits. A number: that status. `drop`: the connection ends before anything
   * was done; `lost`: after it was done; `cut`: in the middle of the answer. */
  as: "primary" | "secondary" | "drop" | "lost" | "cut" | number;
  /** Operation, such as `issues/create-comment`; every one where left out. */
  on?: string;
  /** How many requests it meets; 1 where left out. */
  times?: number;
  /** Seconds that the limit still lasts; 1 where left out. */
  seconds?: number;
}

export interface Faults {
  add: (fault: Fault) => void;
  /** The fault that meets a request, which uses it up. */
  next: (operation: string) => Fault | undefined;
  /** Requests of the operation wait until so many of them are there. */
  together: (operation: string, count: number) => void;
  arrived: (operation: string) => Promise<void>;
}

export function openFaults(): Faults {
  const waiting: (Fault & { times: number })[] = [];
  const gates = new Map<string, { missing: number; open: () => void; opened: Promise<void> }>();
  return {
    add: (fault) => waiting.push({ times: 1, ...fault }),
    next: (operation) => {
      const found = waiting.find(({ on, times }) => times > 0 && (on === undefined || on === operation));
      if (found !== undefined) found.times -= 1;
      return found;
    },
    together: (operation, count) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gates.set(operation, { missing: count, open: resolve, opened: promise });
    },
    arrived: async (operation) => {
      const gate = gates.get(operation);
      if (gate === undefined) return;
      gate.missing -= 1;
      if (gate.missing <= 0) gate.open();
      await gate.opened;
    },
  };
}

const limits = {
  primary: { status: 403, message: "API rate limit exceeded for installation ID 1." },
  secondary: {
    status: 429,
    message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
  },
};

/** Answers as the fault says. False: the request is to be done first, and its answer lost or cut. */
export function failAs({ as, seconds = 1 }: Fault, response: ServerResponse): boolean {
  if (as === "lost" || as === "cut") return false;
  if (as === "drop") {
    response.destroy();
    return true;
  }
  const limit = typeof as === "string" ? limits[as] : { status: as, message: "Server Error" };
  const { body, status } = refusal(limit.status, limit.message);
  if (as === "primary") {
    response.setHeader("x-ratelimit-limit", "1000");
    response.setHeader("x-ratelimit-remaining", "0");
    response.setHeader("x-ratelimit-reset", String(Math.floor(Date.now() / 1000) + seconds));
  }
  if (as === "secondary") response.setHeader("retry-after", String(seconds));
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
  return true;
}
