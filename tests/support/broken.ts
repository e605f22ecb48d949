// What every story of a broken release must show, whatever broke it.
import { expect } from "vitest";
import { startTraffic } from "../../pipelines/drivers/traffic.ts";
import type { Traffic } from "../../pipelines/drivers/traffic.ts";
import type { World } from "./world.ts";

/** Players and users against the world's environment, known to be served. */
export async function trafficOn(
  world: World,
  flags: { players: number; users: number; session?: string },
): Promise<Traffic> {
  const { document } = await world.json("status", "local/test");
  const options = { session: "1s..2s", ...flags, repo: world.repo, edge: document["edge"] as string };
  const traffic = startTraffic({ ...options, onCounts: () => {} });
  await traffic.until(
    ({ requests, sessions }) => (flags.users === 0 || requests > 20) && (flags.players === 0 || sessions > 5),
  );
  return traffic;
}

/** Deploys a release broken by `fault` and proves that it was caught early, said why, and is gone again everywhere. */
export async function expectRolledBack(
  world: World,
  service: string,
  { fault, evidence }: { fault: string; evidence: RegExp },
): Promise<void> {
  const release = fault.replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase();
  const made = await world.run(
    "release",
    service,
    "--release",
    release,
    "--set",
    `FAULT=${fault}`,
    "--from",
    "test",
  );
  expect(made.code, made.stderr).toBe(0);
  const { code, document, stderr } = await world.json("deploy", "local/test", service, "--release", release);
  expect(document["outcome"], `${stderr}${JSON.stringify(document["evidence"])}`).toBe("rolled-back");
  expect(code).toBe(1);
  expect(document["wave"], `${stderr}${JSON.stringify(document["evidence"])}`).toBeLessThanOrEqual(2);
  expect(`${document["reason"]} ${(document["evidence"] as string[]).join(" ")}`).toMatch(evidence);
  const status = await world.json("status", "local/test");
  const found = (status.document["services"] as any[]).find(({ name }) => name === service);
  expect(found.pin).toBe("good");
  expect(found.unfinished).toBeNull();
  expect(
    found.nodes.map((node: any) => [node.release, node.state]),
    `${stderr}${JSON.stringify(document)}`,
  ).toEqual(found.nodes.map(() => ["good", "running"]));
}
