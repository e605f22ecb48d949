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

/** A way to the node's script that is more than a command: it may have to wait, and can say why it was lost. */
export interface Reach {
  /** Resolves once the script at the other end listens. Rejects with NodeTrouble. */
  open: () => ChildProcessWithoutNullStreams | Promise<ChildProcessWithoutNullStreams>;
  /** Why it ended, from its last words on stderr. */
  explain: (complaint: string) => string;
  /** Ends it, answered or not. */
  end: (child: ChildProcessWithoutNullStreams) => void;
}

/** Opens on first use, and again after the other end went away. A command reaches `sh node.sh session` on the node. */
export function openSession(node: string, way: readonly [string, ...string[]] | Reach): Session {
  const reach = "open" in way ? way : commandReach(way);
  let child: ChildProcessWithoutNullStreams | undefined;
  let opening: Promise<void> | undefined;
  let closes = 0;
  const questions = openQuestions(node);
  const listen = (opened: ChildProcessWithoutNullStreams): void => {
    const lost = (why: string): void => {
      if (child !== opened) return;
      child = undefined;
      questions.fail(why);
    };
    let complaint = "";
    opened.stderr.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)));
    opened.once("error", (error) => lost(`cannot be reached: ${error.message}`));
    opened.once("close", () => lost(reach.explain(complaint)));
    opened.stdin.on("error", () => undefined);
    createInterface({ input: opened.stdout }).on("line", questions.answered);
  };
  const open = async (): Promise<void> => {
    const before = closes;
    const found = reach.open();
    // Without a pause in between where there is none: the first thing a process says may be that it could not be started.
    const opened = found instanceof Promise ? await found : found;
    if (closes !== before) {
      reach.end(opened);
      throw new NodeTrouble(`${node}: the session was closed`);
    }
    listen(opened);
    child = opened;
  };
  // Whoever asks meanwhile waits for the same.
  const opened = (): Promise<void> =>
    (opening ??= open().finally(() => {
      opening = undefined;
    }));
  const end = (why: string): void => {
    const ended = child;
    child = undefined;
    questions.fail(why);
    if (ended !== undefined) reach.end(ended);
  };
  return {
    ask: async (words, withinSeconds = 15) => {
      const underWay = child === undefined ? opened() : undefined;
      // What is open at once is asked at once: questions keep their order.
      if (child === undefined) await underWay;
      if (child === undefined) throw new NodeTrouble(`${node}: the session was lost`);
      // The far end answers in order: behind a verb that hangs nothing is answered any more.
      const { id, answer } = questions.add(words, withinSeconds, () => end("the session was given up"));
      child.stdin.write(`${id} ${words.join(" ")}\n`);
      return answer;
    },
    close: () => {
      closes += 1;
      end("the session was closed");
    },
  };
}

/** What was asked and not answered yet, by number. */
function openQuestions(node: string) {
  let count = 0;
  const waiting = new Map<string, Waiting>();
  const settle = (id: string): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    clearTimeout(found?.timer);
    return found;
  };
  return {
    add: (words: readonly (string | number)[], withinSeconds: number, late: () => void) => {
      const id = String((count += 1));
      const answer = new Promise<string>((resolve, reject) => {
        const timer = setTimeout(() => {
          settle(id)?.reject(new NodeTrouble(`${node}: no answer to ${words[0]} within ${withinSeconds} s`));
          late();
        }, withinSeconds * 1000);
        waiting.set(id, { resolve, reject, timer });
      });
      return { id, answer };
    },
    answered: (line: string): void => {
      const [id = "", outcome, ...rest] = line.split(" ");
      const asked = settle(id);
      if (outcome === "ok") asked?.resolve(rest.join(" "));
      else asked?.reject(refusalOf(node, rest));
    },
    fail: (why: string): void => {
      for (const id of waiting.keys()) settle(id)?.reject(new NodeTrouble(`${node}: ${why}`));
    },
  };
}

function commandReach(command: readonly [string, ...string[]]): Reach {
  return {
    // A group of its own: Ctrl-C is for the one who deploys, not for the sessions that it needs to clean up.
    open: () => spawn(command[0], command.slice(1), { stdio: "pipe", detached: true }),
    explain: (complaint) => `the session ended ${complaint.trim().slice(-300)}`.trim(),
    end: (child) => void child.stdin.end(),
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
