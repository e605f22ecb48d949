// Bench: what 50 local nodes take to come up, to be rolled out and to be rolled back. Each figure stands beside its goal.
import { makeWorld, small } from "../support/world.ts";

interface Row {
  id: string;
  what: string;
  ours: number;
  peers: Record<string, number>;
  unit: string;
  goal: string;
  holds: boolean;
}

const world = makeWorld();
const rows: Row[] = [];

function measured(id: string, what: string, ours: number, limit: number): void {
  rows.push({
    id,
    what,
    ours: Number(ours.toFixed(1)),
    peers: {},
    unit: "s",
    goal: `at most ${limit}`,
    holds: ours <= limit,
  });
}

const deployed = async (release: string): Promise<Record<string, any>> => {
  await world.run("release", "server", "--release", release, "--from", "test");
  const { document, stderr } = await world.json("deploy", "local/test", "server", "--release", release);
  if (document["outcome"] !== "deployed") throw new Error(stderr);
  return document;
};

try {
  const rollout = { waves: [1, 5, "30%", "100%"], minHealthy: "70%", failureBudget: 3 };
  world.describe(small({ nodes: 50, rollout }, { nodes: 1 }));
  measured("up-50", "up, 50 nodes", (await world.json("up", "local/test")).document["seconds"], 20);
  measured(
    "up-again-50",
    "up again, nothing to do",
    (await world.json("up", "local/test")).document["seconds"],
    20,
  );
  await deployed("r1");
  const { seconds, plan } = await deployed("r2");
  const bakes = plan.waves.reduce((sum: number, { bakeSeconds }: any) => sum + bakeSeconds, 0);
  measured(
    "rollout-50",
    "rollout of 50 nodes in waves [1, 5, 30%, 100%], bakes not counted",
    seconds - bakes,
    20,
  );
  const back = await world.json("rollback", "local/test", "server");
  measured("rollback-50", "rollback of 50 nodes", back.document["seconds"], 15);
} finally {
  await world.end();
}

if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
else console.table(rows.map(({ what, ours, unit, goal, holds }) => ({ what, ours, unit, goal, holds })));
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
