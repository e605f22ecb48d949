// What the traffic generator has seen so far: cumulative counters, as users and players would count them.
export type Kind = "app" | "server";

export interface Sample {
  at: string;
  what: string;
}

const SAMPLES = 20;
const RECENT = 500;

/** Counts; knows nothing of sockets. */
export class Tally {
  requests = 0;
  failedRequests = 0;
  sessions = 0;
  activeSessions = 0;
  cutSessions = 0;
  redirected = 0;
  failedJoins = 0;
  failedMessages = 0;
  readonly releases: Record<Kind, Record<string, number>> = { app: {}, server: {} };
  readonly samples: Sample[] = [];
  readonly #launched = new Set<Kind>();
  #recentMs: number[] = [];

  /** False until the first success of that service: before it, "nobody there" is no failure. */
  launched(kind: Kind): boolean {
    return this.#launched.has(kind);
  }

  /** One answered request; `ms` from send to the last byte. */
  answered(release: string, ms: number): void {
    this.requests += 1;
    this.#succeeded("app", release);
    this.#recentMs.push(ms);
    if (this.#recentMs.length > RECENT) this.#recentMs.shift();
  }

  failedRequest(what: string): void {
    this.requests += 1;
    this.failedRequests += 1;
    this.#sample(what);
  }

  sessionStarted(release: string): void {
    this.sessions += 1;
    this.activeSessions += 1;
    this.#succeeded("server", release);
  }

  /** `cut` says what ended it when the player had not left. */
  sessionEnded(cut: string | undefined): void {
    this.activeSessions -= 1;
    if (cut === undefined) return;
    this.cutSessions += 1;
    this.#sample(cut);
  }

  /** Ignored before the first success of the server. */
  failedJoin(what: string): void {
    if (!this.launched("server")) return;
    this.failedJoins += 1;
    this.#sample(what);
  }

  /** The line that is printed each second; p95 is that of the latest 500 requests, null before the first. */
  line() {
    return {
      at: new Date().toISOString(),
      requests: this.requests,
      failedRequests: this.failedRequests,
      sessions: this.sessions,
      activeSessions: this.activeSessions,
      cutSessions: this.cutSessions,
      redirected: this.redirected,
      failedJoins: this.failedJoins,
      failedMessages: this.failedMessages,
      releases: this.releases,
      p95Ms: this.#p95(),
    };
  }

  #p95(): number | null {
    const sorted = this.#recentMs.toSorted((a, b) => a - b);
    const at = sorted[Math.ceil(sorted.length * 0.95) - 1];
    return at === undefined ? null : Number(at.toFixed(1));
  }

  #succeeded(kind: Kind, release: string): void {
    this.#launched.add(kind);
    this.releases[kind][release] = (this.releases[kind][release] ?? 0) + 1;
  }

  #sample(what: string): void {
    if (this.samples.length < SAMPLES) this.samples.push({ at: new Date().toISOString(), what });
  }
}
