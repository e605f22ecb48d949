// Runs one operation of the engine: a dead update's lock is cleared away, a failure becomes one clear refusal.
import { ConcurrentUpdateError } from "@pulumi/pulumi/automation/index.js";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { Description } from "../../environments/shape.ts";
import { Refusal } from "../errors.ts";
import { systemClock } from "./clock.ts";
import type { EngineBackend } from "./engine-backend.ts";
import { engineFailure } from "./engine-failure.ts";

export interface EngineOptions {
  backend: Pick<EngineBackend, "holders">;
  environment: string;
  platform: Description["platform"];
  /** False for what only looks. */
  changes: boolean;
  signal?: AbortSignal | undefined;
}

// An engine whose parent was killed ends by itself, but not in the same moment.
const patienceSeconds = 10;

/**
 * The environment's lease is ours, so a lock on the stack is left over from a killed run, or belongs to somebody who uses
 * pulumi by hand: the first is cleared, the second never. Throws E_ENGINE, E_ENGINE_BUSY, or the signal's reason.
 */
export async function runEngine<T>(
  stack: Stack,
  operation: () => Promise<T>,
  options: EngineOptions,
): Promise<T> {
  try {
    return await readWhole(operation);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof ConcurrentUpdateError)) throw engineFailure(error, options);
  }
  const holders = await holdersThatStay(options, stack.name);
  if (holders.length > 0) throw busy(holders, options);
  await stack.cancel();
  try {
    return await operation();
  } catch (error) {
    options.signal?.throwIfAborted();
    throw engineFailure(error, options);
  }
}

/** Another engine writes its state in place: who reads it in that moment finds it cut off, and reads it again. */
export async function readWhole<T>(read: () => Promise<T>): Promise<T> {
  for (let left = 20; ; left -= 1) {
    try {
      return await read();
    } catch (error) {
      const torn =
        error instanceof Error && /failed to load checkpoint: (unexpected )?EOF/.test(error.message);
      if (!torn || left === 0) throw error;
      await systemClock.sleep(0.25);
    }
  }
}

async function holdersThatStay({ backend, signal }: EngineOptions, stack: string): Promise<string[]> {
  for (let left = patienceSeconds * 5; ; left -= 1) {
    const holders = await backend.holders(stack);
    if (holders.length === 0 || left === 0) return holders;
    await systemClock.sleep(0.2, signal);
  }
}

function busy(holders: readonly string[], { environment }: EngineOptions): Refusal {
  return new Refusal("E_ENGINE_BUSY", {
    what: `pulumi is at work on ${environment} outside Surefoot: ${holders.join(", ")}`,
    state: "nothing was touched; that update goes on",
    next: `wait for it, then run the same command again; if that machine is gone for good: surefoot unlock ${environment} --engine`,
  });
}
