// Bench: what 50 local nodes take to come up, to be rolled out and to be rolled back. Nobody else does this on one machine.
import { makeWorld, small } from "../support/world.ts";
import { atMost } from "./row.ts";
import type { Row } from "./row.ts";

/** Brings 50 real processes up and through two releases; seconds as the verbs themselves tell them. */
export async function fiftyNodes(): Promise<Row[]> {
  const world = makeWorld();
  const deployed = async (release: string): Promise<Record<string, any>> => {
    await world.run("release", "server", "--release", release, "--from", "test");
    const { document, stderr } = await world.json("deploy", "local/test", "server", "--release", release);
    if (document["outcome"] !== "deployed") throw new Error(stderr);
    return document;
  };
  try {
    const rollout = { waves: [1, 5, "30%", "100%"], minHealthy: "70%", failureBudget: 3 };
    world.describe(small({ nodes: 50, rollout }, { nodes: 1 }));
    const up = (await world.json("up", "local/test")).document["seconds"];
    const again = (await world.json("up", "local/test")).document["seconds"];
    await deployed("r1");
    const { seconds, plan } = await deployed("r2");
    const bakes = plan.waves.reduce((sum: number, { bakeSeconds }: any) => sum + bakeSeconds, 0);
    const back = (await world.json("rollback", "local/test", "server")).document["seconds"];
    const rolled = "rollout of 50 nodes in waves [1, 5, 30%, 100%], bakes not counted";
    return [
      atMost("up-50", "up, 50 nodes", up, 20),
      atMost("up-again-50", "up again, nothing to do", again, 20),
      atMost("rollout-50", rolled, seconds - bakes, 20),
      atMost("rollback-50", "rollback of 50 nodes", back, 15),
    ];
  } finally {
    await world.end();
  }
}
