// Waits until a program of the rig takes connections.
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Program } from "./processes.ts";

/** Resolves once somebody listens on the port of 127.0.0.1; throws when the program ends before, or after a minute. */
export async function listening(port: number, program: Program): Promise<void> {
  for (let patience = 2400; patience > 0; patience -= 1) {
    program.check();
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch {
      await sleep(25);
    } finally {
      socket.destroy();
    }
  }
  throw new Error(`nobody listens on port ${port}`);
}
