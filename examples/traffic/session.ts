// One session of a player on one game server, from the handshake to the end.
import { WebSocket } from "ws";
import type { World } from "./world.ts";
import { between } from "./world.ts";

/** Where the edge sends a player. */
export interface Place {
  node: string;
  address: string;
  port: number;
}

export type Outcome = "played" | "redirected" | "failed";

const WELCOME_LIMIT_MS = 5000;
const ANSWER_LIMIT_MS = 5000;
const MOVE_MS = 300;
const CLOSE_LIMIT_MS = 1000;
const MOVE = JSON.stringify({ type: "move" });

/** Joins, moves every 0.3 s and leaves after `stayMs`; everything that goes wrong is counted here, but not redirections. */
export function playSession(player: string, place: Place, stayMs: number, world: World): Promise<Outcome> {
  return new Promise((resolve) => {
    new Session(player, place, stayMs, world).run(resolve);
  });
}

class Session {
  readonly #player: string;
  readonly #place: Place;
  readonly #stayMs: number;
  readonly #world: World;
  readonly #socket: WebSocket;
  readonly #timers: NodeJS.Timeout[] = [];
  #startedAt: number | undefined;
  #release = "none";
  #waitingSince: number | undefined;
  #left = false;
  #refused = false;
  #trouble: string | undefined;

  constructor(player: string, place: Place, stayMs: number, world: World) {
    this.#player = player;
    this.#place = place;
    this.#stayMs = stayMs;
    this.#world = world;
    const url = `ws://${place.address}:${place.port}/play?player=${encodeURIComponent(player)}`;
    this.#socket = new WebSocket(url, { handshakeTimeout: WELCOME_LIMIT_MS, perMessageDeflate: false });
  }

  run(done: (outcome: Outcome) => void): void {
    const leave = (): void => this.#leave();
    this.#world.stop.addEventListener("abort", leave);
    this.#timers.push(setTimeout(() => this.#giveUp("no welcome in time"), WELCOME_LIMIT_MS));
    this.#socket.on("message", (data) => this.#read(String(data)));
    this.#socket.on("error", (error) => (this.#trouble ??= error.message));
    this.#socket.on("unexpected-response", (request, { statusCode }) => {
      this.#refused = statusCode === 503;
      this.#trouble = `status ${statusCode}`;
      request.destroy();
      this.#socket.terminate();
    });
    this.#socket.once("close", (code) => {
      this.#world.stop.removeEventListener("abort", leave);
      this.#timers.forEach((timer) => clearTimeout(timer));
      done(this.#end(code));
    });
  }

  #read(text: string): void {
    try {
      this.#hear(JSON.parse(text) as Record<string, unknown>);
    } catch {
      this.#giveUp(`unreadable message ${text.slice(0, 100)}`);
    }
  }

  #hear(message: Record<string, unknown>): void {
    if (message["type"] === "welcome" && this.#startedAt === undefined)
      this.#start(String(message["release"]));
    if (message["type"] === "error") this.#world.tally.failedMessages += 1;
    if (message["type"] === "state" || message["type"] === "error") this.#waitingSince = undefined;
  }

  #start(release: string): void {
    this.#startedAt = Date.now();
    this.#release = release;
    this.#world.tally.sessionStarted(release);
    this.#timers.forEach((timer) => clearTimeout(timer));
    // A drain notice changes nothing here: the player finishes what was begun.
    this.#timers.push(
      setTimeout(() => this.#leave(), this.#stayMs),
      setInterval(() => this.#move(), between(0.8, 1.2) * MOVE_MS),
    );
  }

  #move(): void {
    if (this.#left || this.#socket.readyState !== WebSocket.OPEN) return;
    const now = Date.now();
    this.#waitingSince ??= now;
    if (now - this.#waitingSince > ANSWER_LIMIT_MS) this.#giveUp("no answer for 5 s");
    else this.#socket.send(MOVE);
  }

  #leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#socket.close(1000);
    this.#timers.push(setTimeout(() => this.#socket.terminate(), CLOSE_LIMIT_MS));
  }

  #giveUp(why: string): void {
    this.#trouble = why;
    this.#socket.terminate();
  }

  #end(code: number): Outcome {
    const { tally, log } = this.#world;
    const where = `${this.#player} on ${this.#place.node}`;
    if (this.#startedAt === undefined) {
      if (this.#refused) return "redirected";
      if (!this.#left) tally.failedJoin(`${where} joins: ${this.#trouble ?? `closed with ${code}`}`);
      return "failed";
    }
    const seconds = (Date.now() - this.#startedAt) / 1000;
    const what = `${where}: session on release ${this.#release} cut after ${seconds} s, ${this.#trouble ?? `closed with ${code}`}`;
    tally.sessionEnded(this.#left ? undefined : what);
    const reason = this.#left ? "left" : "cut";
    log.write({ player: this.#player, node: this.#place.node, release: this.#release, seconds, reason });
    return "played";
  }
}
