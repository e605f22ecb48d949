// A queue of processes on this machine: who came first goes first; one that died keeps nobody waiting.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "./engine-lock.ts";

export interface Ticket extends Disposable {
  /** How many living processes came before this one. */
  before: () => number;
}

/** Draws a ticket in the folder; it is given back by disposing, or by dying. */
export function drawTicket(folder: string): Ticket {
  mkdirSync(folder, { recursive: true });
  const name = `${String(Date.now()).padStart(15, "0")}-${process.hrtime.bigint()}-${process.pid}`;
  writeFileSync(join(folder, name), "");
  return {
    before: () => {
      const earlier = readdirSync(folder).filter((one) => one < name);
      const living = earlier.filter((one) => isAlive(Number(one.split("-").at(-1))));
      for (const one of earlier) if (!living.includes(one)) rmSync(join(folder, one), { force: true });
      return living.length;
    },
    [Symbol.dispose]: () => rmSync(join(folder, name), { force: true }),
  };
}
