// The sample game server: players hold WebSocket sessions on /play while a 20 Hz loop moves the world.
import { createServer } from "node:http";
import { openAccessLog } from "../access-log.ts";
import { readConfig } from "../config.ts";
import { answerEndpoint, sendJson } from "../endpoints.ts";
import { startFaults } from "../faults.ts";
import { listen, onStop } from "../lifetime.ts";
import { watchDrain } from "./drain.ts";
import { admitPlayers } from "./join.ts";
import { createGameMetrics } from "./metrics.ts";
import { createSessions } from "./sessions.ts";
import { startTicks } from "./ticks.ts";

const config = readConfig(process.env, {});
startFaults(config.faults);
const log = openAccessLog(config.accessLog);
const metrics = createGameMetrics(config.version, config.release);
const ticks = startTicks(metrics.tick, config.faults.slowFactor);
const sessions = createSessions({ config, metrics, log, onNextTick: ticks.onNextTick });
const drain = watchDrain(config.drainFile, sessions.announceDrain);
let stopping = false;

const server = createServer((request, response) => {
  const ready = !config.faults.neverReady && !stopping;
  if (!answerEndpoint(request, response, metrics.registry, ready)) {
    sendJson(response, 404, { error: "players join by WebSocket on /play?player=ID" });
  }
});
admitPlayers(server, { draining: () => stopping || drain.draining(), open: sessions.open });

onStop(config.faults.hangOnStop, async () => {
  stopping = true;
  drain.close();
  server.close();
  await sessions.cutAll();
  ticks.stop();
  await log.close();
});

listen(server, `server ${config.version} (${config.release})`, config);
