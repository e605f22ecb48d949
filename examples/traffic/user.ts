// An app user: asks the edge for one page after another and notices every failure.
import { type Reply, ask } from "./ask.ts";
import type { World } from "./world.ts";
import { between, pause } from "./world.ts";

const PATHS = ["/", "/images/logo.png", "/", "/images/hero.jpg"];

/** Browses until the generator stops. */
export async function browse(world: World): Promise<void> {
  const periodMs = 1000 / world.arguments.rate;
  await pause(between(0, periodMs * 5), world.stop);
  for (let turn = 0; !world.stop.aborted; turn += 1) {
    const startedAt = performance.now();
    await visit(PATHS[turn % PATHS.length] ?? "/", world);
    await pause(between(0.5, 1.5) * periodMs - (performance.now() - startedAt), world.stop);
  }
}

async function visit(path: string, { arguments: { edge }, agent, tally, log }: World): Promise<void> {
  const startedAt = performance.now();
  const outcome: Reply | Error = await ask(edge + path, agent).catch((error: Error) => error);
  const ms = performance.now() - startedAt;
  if (!tally.launched("app") && isNobodyThere(outcome)) return;
  const failure = failureOf(outcome);
  const release = outcome instanceof Error ? "none" : String(outcome.headers["x-release"] ?? "none");
  if (failure === undefined) tally.answered(release, ms);
  else tally.failedRequest(`GET ${path}: ${failure} (release ${release})`);
  const status = outcome instanceof Error ? 0 : outcome.status;
  log.write({ method: "GET", path, status, ms: Number(ms.toFixed(2)), release, ...(failure && { failure }) });
}

const failureOf = (outcome: Reply | Error): string | undefined => {
  if (outcome instanceof Error) return outcome.message;
  return outcome.status >= 500 ? `status ${outcome.status}` : undefined;
};

/** Not launched yet: the edge has no node, or is itself not up. */
const isNobodyThere = (outcome: Reply | Error): boolean =>
  outcome instanceof Error
    ? "code" in outcome && outcome.code === "ECONNREFUSED"
    : outcome.status === 503 && outcome.headers["x-surefoot-edge"] === "no-node";
