// Runs one operation of the engine: a dead update's lock is cleared away, a failure becomes one clear refusal.
import { ConcurrentUpdateError } from "@pulumi/pulumi/automation/index.js";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { Refusal } from "../errors.ts";
import { systemClock } from "./clock.ts";
import { livingHolders } from "./engine-lock.ts";

export interface EngineOptions {
  backend: string;
  environment: string;
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
    return await operation();
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof ConcurrentUpdateError)) throw failure(error, options);
  }
  const holders = await holdersThatStay(options, stack.name);
  if (holders.length > 0) throw busy(holders, options);
  await stack.cancel();
  try {
    return await operation();
  } catch (error) {
    options.signal?.throwIfAborted();
    throw failure(error, options);
  }
}

async function holdersThatStay({ backend, signal }: EngineOptions, stack: string): Promise<string[]> {
  for (let left = patienceSeconds * 5; ; left -= 1) {
    const holders = livingHolders(backend, stack);
    if (holders.length === 0 || left === 0) return holders;
    await systemClock.sleep(0.2, signal);
  }
}

/** The lines of the engine's own output that say what is wrong, without its progress. */
export function complaintsOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  return [
    ...new Set(
      lines.filter((line) => line.startsWith("error:")).map((line) => line.replace(/^error:\s*/, "")),
    ),
  ];
}

function failure(error: unknown, { environment }: EngineOptions): unknown {
  if (!(error instanceof Error)) return error;
  const complaints = complaintsOf(error.message);
  if (complaints.length === 0) return error;
  return new Refusal(
    "E_ENGINE",
    {
      what: `the engine could not finish ${environment}`,
      state: "what it had done stays and is in its state; the rest was not begun",
      next: `mend the cause, then: surefoot up ${environment}`,
      details: complaints.slice(0, 20),
    },
    { cause: error },
  );
}

function busy(holders: readonly string[], { environment }: EngineOptions): Refusal {
  return new Refusal("E_ENGINE_BUSY", {
    what: `pulumi is at work on ${environment} outside Surefoot: ${holders.join(", ")}`,
    state: "nothing was touched; that update goes on",
    next: `wait for it, then run the same command again`,
  });
}
