// A queue of processes on this machine: who came first goes first; one that died keeps nobody waiting.
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "./engine-lock.ts";

export interface Ticket extends Disposable {
  /** How many living processes came before this one. */
  before: () => number;
}

// The number of a dead process may be somebody else's by now: a ticket that nobody touches any more counts for nothing.
const touchSeconds = 5;
const goodSeconds = 15;
/** Drawn by this process and not given back: any other ticket with our number is of one that died. */
const ours = new Set<string>();

/** Draws a ticket in the folder; it is given back by disposing, or by dying. */
export function drawTicket(folder: string): Ticket {
  mkdirSync(folder, { recursive: true });
  const name = `${String(Date.now()).padStart(15, "0")}-${process.hrtime.bigint()}-${process.pid}`;
  const file = join(folder, name);
  writeFileSync(file, "");
  touch(file);
  ours.add(file);
  const touching = setInterval(() => touch(file), touchSeconds * 1000).unref();
  return {
    before: () =>
      readdirSync(folder)
        .filter((one) => one < name)
        .filter((one) => waits(join(folder, one))).length,
    [Symbol.dispose]: () => {
      clearInterval(touching);
      ours.delete(file);
      rmSync(file, { force: true });
    },
  };
}

function touch(file: string): void {
  const now = Date.now() / 1000;
  try {
    utimesSync(file, now, now);
  } catch {
    // Taken away by somebody: only the turn is lost, the lease guards the work itself.
  }
}

/** Whether somebody alive holds this ticket; one of a process that is gone is taken away. */
function waits(file: string): boolean {
  const pid = Number(file.split("-").at(-1));
  const mine = pid === process.pid;
  if (mine ? ours.has(file) : isAlive(pid)) return mine || touchedLately(file);
  rmSync(file, { force: true });
  return false;
}

/** By this machine's clock, which may have been moved: what was touched in times to come is old too. */
function touchedLately(file: string): boolean {
  const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return touched !== undefined && Math.abs(Date.now() - touched) < goodSeconds * 1000;
}
