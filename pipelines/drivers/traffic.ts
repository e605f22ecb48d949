// The traffic generator as a driver: players and app users against an environment's edge, and what they lived through.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

const countsSchema = z.object({
  requests: z.number(),
  failedRequests: z.number(),
  sessions: z.number(),
  activeSessions: z.number(),
  cutSessions: z.number(),
  p95Ms: z.number().nullable(),
  final: z.boolean().optional(),
  samples: z.array(z.unknown()).optional(),
});

export type TrafficCounts = z.infer<typeof countsSchema>;

export interface Traffic {
  latest: () => TrafficCounts | undefined;
  /** Resolves once the counts satisfy it; rejects if the generator ends before. */
  until: (holds: (counts: TrafficCounts) => boolean) => Promise<TrafficCounts>;
  /** Ends it in order and resolves with its final counts. */
  stop: () => Promise<TrafficCounts>;
}

export interface TrafficOptions {
  repo: string;
  edge: string;
  players: number;
  users: number;
  /** `2s..6s` */
  session: string;
  onCounts: (counts: TrafficCounts) => void;
}

/** Starts it as a process that ends with this one: its stdin closes when we die, however we die. */
export function startTraffic({ repo, edge, players, users, session, onCounts }: TrafficOptions): Traffic {
  const script = join(repo, "examples", "traffic", "main.ts");
  const flags = [
    "--edge",
    edge,
    "--players",
    String(players),
    "--users",
    String(users),
    "--session",
    session,
  ];
  const child = spawn(process.execPath, [script, ...flags, "--until-stdin-closes"], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  let latest: TrafficCounts | undefined;
  const waiting = new Set<(counts: TrafficCounts | undefined) => void>();
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    latest = countsSchema.parse(JSON.parse(line));
    onCounts(latest);
    for (const look of waiting) look(latest);
  });
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("close", () => resolve());
  });
  void ended.then(() => waiting.forEach((look) => look(undefined)));
  return {
    latest: () => latest,
    until: (holds) =>
      new Promise((resolve, reject) => {
        const look = (counts: TrafficCounts | undefined): void => {
          if (counts !== undefined && !holds(counts)) return;
          waiting.delete(look);
          if (counts === undefined) reject(new Error("the traffic generator ended"));
          else resolve(counts);
        };
        waiting.add(look);
        if (latest !== undefined) look(latest);
      }),
    stop: async () => {
      child.stdin.end();
      await ended;
      if (latest?.final !== true) throw new Error("the traffic generator ended without its final counts");
      return latest;
    },
  };
}
