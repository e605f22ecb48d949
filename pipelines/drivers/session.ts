// One lasting session with a node's script: a line out, a line back, matched by number. One connection a node, reused.
import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import { Refusal } from "../errors.ts";
import { NodeTrouble } from "../rollout/fleet.ts";

interface Waiting {
  resolve: (text: string) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

export interface Session {
  /** Sends one verb and resolves with the answer's text. Rejects with NodeTrouble, or E_LEASE_LOST when the token is too old. */
  ask: (words: readonly (string | number)[], withinSeconds?: number) => Promise<string>;
  close: () => void;
}

/** Opens on first use, and again after the other end went away. `command` reaches `sh node.sh session` on the node. */
export function openSession(node: string, command: readonly [string, ...string[]]): Session {
  let child: ChildProcessWithoutNullStreams | undefined;
  let count = 0;
  const waiting = new Map<string, Waiting>();
  const settle = (id: string): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    clearTimeout(found?.timer);
    return found;
  };
  const fail = (why: string): void => {
    for (const id of waiting.keys()) settle(id)?.reject(new NodeTrouble(`${node}: ${why}`));
  };
  const connect = (): ChildProcessWithoutNullStreams => {
    // A group of its own: Ctrl-C is for the one who deploys, not for the sessions that it needs to clean up.
    const opened = spawn(command[0], command.slice(1), { stdio: "pipe", detached: true });
    const lost = (why: string): void => {
      if (child !== opened) return;
      child = undefined;
      fail(why);
    };
    let complaint = "";
    opened.stderr.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-300)));
    opened.once("error", (error) => lost(`cannot be reached: ${error.message}`));
    opened.once("close", () => lost(`the session ended ${complaint.trim()}`.trim()));
    opened.stdin.on("error", () => undefined);
    createInterface({ input: opened.stdout }).on("line", (line) => {
      const [id = "", outcome, ...rest] = line.split(" ");
      const asked = settle(id);
      if (outcome === "ok") asked?.resolve(rest.join(" "));
      else asked?.reject(refusalOf(node, rest));
    });
    return opened;
  };
  const end = (why: string): void => {
    const open = child;
    child = undefined;
    fail(why);
    open?.stdin.end();
  };
  return {
    ask: (words, withinSeconds = 15) =>
      new Promise((resolve, reject) => {
        child ??= connect();
        const id = String((count += 1));
        const timer = setTimeout(() => {
          settle(id)?.reject(new NodeTrouble(`${node}: no answer to ${words[0]} within ${withinSeconds} s`));
          // The far end answers in order: behind a verb that hangs nothing is answered any more.
          end("the session was given up");
        }, withinSeconds * 1000);
        waiting.set(id, { resolve, reject, timer });
        child.stdin.write(`${id} ${words.join(" ")}\n`);
      }),
    close: () => end("the session was closed"),
  };
}

function refusalOf(node: string, words: readonly string[]): Error {
  if (words[0] !== "fenced") return new NodeTrouble(`${node}: ${words.join(" ").trim()}`);
  return new Refusal("E_LEASE_LOST", {
    what: `${node} obeys a newer holder of the lease (token ${words[1]})`,
    state: "this run changed nothing on the node from here on; the newer holder is at work",
    next: "surefoot status <environment>",
  });
}
