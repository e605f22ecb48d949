// The sessions of one game server: who plays, what they are told, and how each session ended.
import type { RawData, WebSocket } from "ws";
import type { AccessLog } from "../access-log.ts";
import type { Config } from "../config.ts";
import { drawsError } from "../faults.ts";
import type { GameMetrics } from "./metrics.ts";
import { isMove } from "./move.ts";

/** Close code 1012, "service restart". */
const SERVICE_RESTART = 1012;
const CLOSE_LIMIT_MS = 1000;
const PING_MS = 15_000;

interface Session {
  socket: WebSocket;
  player: string;
  startedAt: number;
  moves: number;
  answersPing: boolean;
  /** Set when this server ends the session. */
  cut: boolean;
}

interface Parts {
  config: Config;
  metrics: GameMetrics;
  log: AccessLog;
  onNextTick: (then: (tick: number) => void) => void;
}

export interface Sessions {
  open(socket: WebSocket, player: string): void;
  announceDrain(): void;
  /** Says bye to everybody and closes; resolves when all are gone, at the latest after a second. */
  cutAll(): Promise<void>;
}

const tell = (socket: WebSocket, message: Record<string, unknown>): void => {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
};

/** Keeps the sessions of this process. */
export function createSessions(parts: Parts): Sessions {
  const sessions = new Set<Session>();
  setInterval(() => dropVanished(sessions), PING_MS).unref();
  return {
    open(socket, player) {
      const session = { socket, player, startedAt: Date.now(), moves: 0, answersPing: true, cut: false };
      sessions.add(session);
      parts.metrics.sessions.inc();
      const { node, release, version } = parts.config;
      tell(socket, { type: "welcome", player, node, release, version });
      socket.on("message", (data) => answer(session, data, parts));
      socket.on("pong", () => (session.answersPing = true));
      // An error is always followed by close.
      socket.on("error", () => undefined);
      socket.on("close", (code) => {
        sessions.delete(session);
        finish(session, code, parts);
      });
    },
    announceDrain() {
      for (const { socket } of sessions) tell(socket, { type: "drain" });
    },
    cutAll: () => cutAll(sessions),
  };
}

function answer(session: Session, data: RawData, { config, metrics, onNextTick }: Parts): void {
  metrics.messages.inc();
  if (!isMove(data)) return tell(session.socket, { type: "error", message: 'send {"type":"move"}' });
  if (drawsError(config.faults)) {
    metrics.messageErrors.inc();
    return tell(session.socket, { type: "error", message: "injected fault" });
  }
  session.moves += 1;
  onNextTick((tick) => tell(session.socket, { type: "state", tick, moves: session.moves }));
}

function finish(session: Session, code: number, { config, metrics, log }: Parts): void {
  metrics.sessions.dec();
  if (session.cut) metrics.sessionsCut.inc();
  log.write({
    player: session.player,
    seconds: (Date.now() - session.startedAt) / 1000,
    messages: session.moves,
    reason: session.cut ? "cut" : code === 1006 ? "lost" : "left",
    node: config.node,
    release: config.release,
  });
}

/** A player whose machine vanished sends no close: without this a drain would wait for a session that nobody holds. */
function dropVanished(sessions: Set<Session>): void {
  for (const session of sessions) {
    if (!session.answersPing) session.socket.terminate();
    session.answersPing = false;
    session.socket.ping();
  }
}

async function cutAll(sessions: Set<Session>): Promise<void> {
  const open = [...sessions];
  const all = open.map((session) => {
    session.cut = session.socket.readyState === session.socket.OPEN;
    tell(session.socket, { type: "bye" });
    session.socket.close(SERVICE_RESTART, "service restart");
    return new Promise((closed) => {
      session.socket.once("close", closed);
    });
  });
  const hurry = setTimeout(() => open.forEach(({ socket }) => socket.terminate()), CLOSE_LIMIT_MS);
  await Promise.all(all);
  clearTimeout(hurry);
}
