// What all users and players share, and how they wait.
import type { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { AccessLog } from "../access-log.ts";
import type { Arguments } from "./arguments.ts";
import type { Tally } from "./tally.ts";

export interface World {
  arguments: Arguments;
  tally: Tally;
  log: AccessLog;
  agent: Agent;
  /** Aborted when the generator stops. */
  stop: AbortSignal;
}

/** Uniform between two numbers. */
export function between(least: number, most: number): number {
  return least + (most - least) * Math.random();
}

/** Waits, or returns early when the generator stops. */
export async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await sleep(Math.max(0, ms), undefined, { signal: stop }).catch(() => undefined);
}
