// Lets the admin server wait for a node's state, so that nobody asks in a loop.
import type { NodeView } from "./edge-nodes.ts";

/** What is waited for; a condition left out holds. `inflight` is the most that may be in flight. */
export interface Condition {
  draining?: boolean | undefined;
  healthy?: boolean | undefined;
  inflight?: number | undefined;
}

interface Waiter {
  condition: Condition;
  settle: (node: NodeView | undefined) => void;
}

export function holds(node: NodeView, { draining, healthy, inflight }: Condition): boolean {
  return (
    (draining === undefined || node.draining === draining) &&
    (healthy === undefined || node.healthy === healthy) &&
    (inflight === undefined || node.inflight <= inflight)
  );
}

/** Those who wait, by node name. */
export class Waiters {
  readonly #waiters = new Map<string, Set<Waiter>>();
  readonly #view: (name: string) => NodeView | undefined;

  constructor(view: (name: string) => NodeView | undefined) {
    this.#view = view;
  }

  /** The node once the condition holds, or undefined after that time. A node that is not there yet is waited for too. */
  until(name: string, condition: Condition, withinSeconds: number): Promise<NodeView | undefined> {
    const node = this.#view(name);
    if (node !== undefined && holds(node, condition)) return Promise.resolve(node);
    if (withinSeconds <= 0) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<NodeView | undefined>();
    const waiters = this.#waiters.get(name) ?? new Set();
    const timer = setTimeout(() => waiter.settle(undefined), withinSeconds * 1000);
    const waiter: Waiter = {
      condition,
      settle: (found) => {
        clearTimeout(timer);
        waiters.delete(waiter);
        if (waiters.size === 0) this.#waiters.delete(name);
        resolve(found);
      },
    };
    this.#waiters.set(name, waiters.add(waiter));
    return promise;
  }

  /** To be called at each change of a node's state; costs one look-up when nobody waits. */
  notify(name: string): void {
    const waiters = this.#waiters.get(name);
    const node = waiters && this.#view(name);
    if (waiters === undefined || node === undefined) return;
    for (const waiter of waiters) if (holds(node, waiter.condition)) waiter.settle(node);
  }

  /** Sends everybody home, so that a closing server need not wait for them. */
  close(): void {
    for (const waiters of this.#waiters.values()) {
      for (const waiter of waiters) waiter.settle(undefined);
    }
  }
}
