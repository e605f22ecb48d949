// The traffic generator: players and app users against an edge, counting everything that they would complain about.
import { setMaxListeners } from "node:events";
import { Agent } from "node:http";
import type { AddressInfo } from "node:net";
import { openAccessLog } from "../access-log.ts";
import { parseArguments } from "./arguments.ts";
import { createMetricsServer } from "./metrics.ts";
import { play } from "./player.ts";
import { Tally } from "./tally.ts";
import { browse } from "./user.ts";
import { type World, pause } from "./world.ts";

const LINE_MS = 1000;
const STOP_LIMIT_MS = 2000;

const settings = parseArguments(process.argv);
const stopping = new AbortController();
const stop = stopping.signal;
setMaxListeners(0, stop);
const world: World = {
  arguments: settings,
  tally: new Tally(),
  log: openAccessLog(process.env["ACCESS_LOG"]),
  agent: new Agent({ keepAlive: true }),
  stop,
};

process.on("SIGTERM", () => stopping.abort());
process.on("SIGINT", () => stopping.abort());
// Whoever reads the lines may be gone: then there is nobody to make traffic for.
process.stdout.on("error", () => process.exit(0));
if (settings.untilStdinCloses) process.stdin.on("close", () => stopping.abort()).resume();

const metrics = createMetricsServer(world.tally);
metrics.once("error", (error) => {
  process.stderr.write(`traffic: cannot serve metrics: ${error.message}\n`);
  process.exit(1);
});
metrics.listen(settings.metricsPort, "127.0.0.1", () => void run((metrics.address() as AddressInfo).port));

async function run(metricsPort: number): Promise<void> {
  const print = (more: object = {}): boolean =>
    process.stdout.write(`${JSON.stringify({ ...world.tally.line(), ...more })}\n`);
  print({ metricsPort });
  const timer = setInterval(print, LINE_MS);
  const everybody = Promise.all([
    ...Array.from({ length: settings.users }, () => browse(world)),
    ...Array.from({ length: settings.players }, (_, index) => play(`player-${index + 1}`, world)),
  ]);
  await once(stop);
  await Promise.race([everybody, pause(STOP_LIMIT_MS, new AbortController().signal)]);
  clearInterval(timer);
  await world.log.close();
  const { samples } = world.tally;
  const last = { ...world.tally.line(), final: true, samples };
  process.stdout.write(`${JSON.stringify(last)}\n`, () => process.exit(0));
}

function once(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
