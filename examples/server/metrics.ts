// The metrics of the game server: sessions, messages and ticks.
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { LATENCY_BUCKETS, createRegistry } from "../metrics.ts";

export interface GameMetrics {
  registry: Registry;
  sessions: Gauge;
  sessionsCut: Counter;
  messages: Counter;
  messageErrors: Counter;
  tick: Histogram;
}

/** Metrics of one game server, all present from the start. */
export function createGameMetrics(version: string, release: string): GameMetrics {
  const registry = createRegistry(version, release);
  const registers = [registry];
  return {
    registry,
    sessions: new Gauge({ name: "game_sessions", help: "Sessions open now.", registers }),
    sessionsCut: new Counter({
      name: "game_sessions_cut_total",
      help: "Sessions that the server closed while the player had not left.",
      registers,
    }),
    messages: new Counter({
      name: "game_messages_total",
      help: "Messages received from players.",
      registers,
    }),
    messageErrors: new Counter({
      name: "game_message_errors_total",
      help: "Messages that the server failed to handle.",
      registers,
    }),
    tick: new Histogram({
      name: "game_tick_duration_seconds",
      help: "Work of one tick.",
      buckets: LATENCY_BUCKETS,
      registers,
    }),
  };
}
