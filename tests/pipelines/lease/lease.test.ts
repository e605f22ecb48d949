// Holding a lease on a clock that the test moves.
import { expect, test } from "vitest";
import type { Store } from "../../../pipelines/drivers/store.ts";
import { Refusal } from "../../../pipelines/errors.ts";
import { readLease, unlock } from "../../../pipelines/lease/claim.ts";
import { withLease } from "../../../pipelines/lease/lease.ts";
import type { HeldLease, LeaseRequest } from "../../../pipelines/lease/lease.ts";
import { manualClock } from "../../support/clock.ts";
import type { ManualClock } from "../../support/clock.ts";
import { temporaryStore } from "../../support/store.ts";

const request = {
  environment: "local/prod",
  holder: "ann@one pid 1",
  reason: "deploy app r2",
  ttlSeconds: 15,
};
const second = { ...request, holder: "bob@two pid 2", reason: "rollback" };

async function setUp() {
  const clock = manualClock();
  const { store } = await temporaryStore(clock);
  return { clock, store };
}

/** Holds the lease until `end` is called, with the error that the work should throw; `done` is how it all ended. */
async function hold(store: Store, clock: ManualClock, asked: LeaseRequest = request) {
  const held = Promise.withResolvers<{ lease: HeldLease; signal: AbortSignal }>();
  const finish = Promise.withResolvers<Error | undefined>();
  const done = withLease(store, clock, asked, async (lease, signal) => {
    held.resolve({ lease, signal });
    const error = await finish.promise;
    if (error) throw error;
    return "result";
  });
  done.catch(held.reject);
  return { ...(await held.promise), done, end: (error?: Error) => finish.resolve(error) };
}

test("a second run is refused with holder, reason, times and the next command", async () => {
  const { clock, store } = await setUp();
  const first = await hold(store, clock);
  await clock.advance(2);
  const refusal = await withLease(store, clock, second, async () => "never").catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toMatchObject({
    code: "E_LEASE_HELD",
    next: expect.stringContaining("surefoot unlock local/prod"),
  });
  expect((refusal as Refusal).message).toBe("local/prod is being changed by ann@one pid 1: deploy app r2");
  expect((refusal as Refusal).state).toContain("Held since 2026-01-01T00:00:00.000Z (2 s); expires in 13 s");
  first.end();
  await first.done;
});

test("another environment is free", async () => {
  const { clock, store } = await setUp();
  const first = await hold(store, clock);
  expect(await withLease(store, clock, { ...second, environment: "prod" }, async () => "ran")).toBe("ran");
  first.end();
  await first.done;
});

test("heartbeats keep it far beyond its time", async () => {
  const { clock, store } = await setUp();
  const first = await hold(store, clock);
  await clock.advance(3600);
  await first.lease.check();
  expect(first.lease.expiresAt).toBeGreaterThan(clock.now());
  expect((await readLease(store, "local/prod"))?.holder).toBe(request.holder);
  first.end();
  expect(await first.done).toBe("result");
  expect(await readLease(store, "local/prod")).toBeUndefined();
  expect(clock.sleepers()).toBe(0);
});

test("it is given back when the work fails, and the error is passed on", async () => {
  const { clock, store } = await setUp();
  const first = await hold(store, clock);
  first.end(new Error("work failed"));
  await expect(first.done).rejects.toThrow("work failed");
  expect(await withLease(store, clock, second, async ({ token }) => token)).toBeGreaterThan(
    first.lease.token,
  );
});

test("work that throws before its first wait gives it back too", async () => {
  const { clock, store } = await setUp();
  const ended = withLease(store, clock, request, () => {
    throw new Error("at once");
  });
  await expect(ended).rejects.toThrow("at once");
  expect(await readLease(store, "local/prod")).toBeUndefined();
});

test("tokens rise through release, expiry and unlock, and are never used again", async () => {
  const { clock, store } = await setUp();
  const tokens: number[] = [];
  for (const ending of ["release", "expiry", "unlock", "release"]) {
    const held = await hold(store, clock);
    tokens.push(held.lease.token);
    if (ending === "expiry") await clock.jump(60);
    if (ending === "unlock") await unlock(store, "local/prod");
    held.end();
    await held.done.catch(() => {});
  }
  expect(tokens).toHaveLength(4);
  expect(tokens.every((token, index) => token > (tokens[index - 1] ?? 0))).toBe(true);
});

test("a store that is new has higher tokens than an older one had, so that nodes do not fence its holder off for good", async () => {
  const { clock, store } = await setUp();
  const old = await hold(store, clock);
  old.end();
  await old.done;
  const fresh = await setUp();
  await fresh.clock.jump(120);
  const next = await hold(fresh.store, fresh.clock);
  expect(next.lease.token).toBeGreaterThan(old.lease.token);
  next.end();
  await next.done;
});

test("unlock says who held it and the old holder is stopped at its next heartbeat", async () => {
  const { clock, store } = await setUp();
  const first = await hold(store, clock);
  expect(await unlock(store, "local/prod")).toMatchObject({
    holder: request.holder,
    reason: request.reason,
    token: first.lease.token,
  });
  expect(await unlock(store, "local/prod")).toBeUndefined();
  const next = await hold(store, clock, second);
  expect(next.lease.token).toBeGreaterThan(first.lease.token);
  await clock.advance(6);
  expect(first.signal.reason).toMatchObject({
    code: "E_LEASE_LOST",
    message: expect.stringContaining("bob@two"),
  });
  expect(next.signal.aborted).toBe(false);
  first.end();
  await expect(first.done).rejects.toMatchObject({ code: "E_LEASE_LOST" });
  expect((await readLease(store, "local/prod"))?.token).toBe(next.lease.token);
  next.end();
  await next.done;
});

test("a holder paused past the expiry notices at its first check, also when nobody took over", async () => {
  const { clock, store } = await setUp();
  const first = await hold(store, clock);
  const paused = clock.jump(16);
  await expect(first.lease.check()).rejects.toMatchObject({ code: "E_LEASE_LOST" });
  await paused;
  expect(first.signal.aborted).toBe(true);
  first.end();
  await expect(first.done).rejects.toMatchObject({ code: "E_LEASE_LOST" });
});

test("a store that fails for a moment costs nothing; past the expiry the signal is aborted", async () => {
  const { clock, store } = await setUp();
  let failing = false;
  const shaky: Store = {
    ...store,
    get: async (key) => (failing ? Promise.reject(new Error("away")) : store.get(key)),
  };
  const first = await hold(shaky, clock);
  failing = true;
  await clock.advance(9);
  failing = false;
  await clock.advance(60);
  expect(first.signal.aborted).toBe(false);
  failing = true;
  await clock.advance(9);
  expect(first.signal.aborted).toBe(false);
  await clock.advance(6);
  expect(first.signal.reason).toMatchObject({
    code: "E_LEASE_LOST",
    cause: { message: "away" },
    details: ["away"],
  });
  first.end();
  await expect(first.done).rejects.toMatchObject({ code: "E_LEASE_LOST" });
});

test("a lease lost by a damaged store names what is damaged; one failure long past is no cause", async () => {
  const { clock, store } = await setUp();
  let answer: Store["get"] = store.get;
  const shaky: Store = { ...store, get: (key) => answer(key) };
  const first = await hold(shaky, clock);
  answer = async () => ({ value: { token: "many" }, etag: "1" });
  await clock.advance(15);
  const text = "E_STORE the store holds something unreadable under lease/local%2Fprod";
  expect(first.signal.reason).toMatchObject({ code: "E_LEASE_LOST", details: [text] });
  first.end();
  await first.done.catch(() => {});
  answer = store.get;
  await unlock(store, "local/prod");
  const next = await hold(shaky, clock);
  answer = async () => Promise.reject(new Error("away"));
  await clock.advance(6);
  answer = store.get;
  await clock.advance(6);
  await unlock(store, "local/prod");
  await clock.advance(6);
  expect(next.signal.reason).toMatchObject({ code: "E_LEASE_LOST", details: [] });
  next.end();
  await next.done.catch(() => {});
});

test("a store that hangs cannot hide that the time is over", async () => {
  const { clock, store } = await setUp();
  const hang = Promise.withResolvers<undefined>();
  let hanging = false;
  const slow: Store = { ...store, get: (key) => (hanging ? hang.promise : store.get(key)) };
  const first = await hold(slow, clock);
  hanging = true;
  await clock.advance(15);
  expect(first.signal.aborted).toBe(true);
  hang.resolve(undefined);
  first.end();
  await expect(first.done).rejects.toMatchObject({ code: "E_LEASE_LOST" });
});

test("a store that fails at the end does not undo the result", async () => {
  const { clock, store } = await setUp();
  let failing = false;
  const shaky: Store = {
    ...store,
    get: async (key) => (failing ? Promise.reject(new Error("away")) : store.get(key)),
  };
  const first = await hold(shaky, clock);
  failing = true;
  first.end();
  expect(await first.done).toBe("result");
});

test("a signal from outside reaches the work, and the lease is given back", async () => {
  const { clock, store } = await setUp();
  const stop = new AbortController();
  const first = await hold(store, clock, { ...request, signal: stop.signal });
  stop.abort(new Error("Ctrl-C"));
  expect(first.signal.reason).toMatchObject({ message: "Ctrl-C" });
  first.end(new Error("stopped"));
  await expect(first.done).rejects.toThrow("stopped");
  expect(await readLease(store, "local/prod")).toBeUndefined();
});

test("escape sequences in a holder's name are not printed", async () => {
  const { clock, store } = await setUp();
  const first = await hold(store, clock, { ...request, holder: "ann\u001B[2J" });
  const refusal = withLease(store, clock, second, async () => "never");
  await expect(refusal).rejects.toThrow("ann\\u{1b}[2J");
  first.end();
  await first.done;
});

test("a stored lease that makes no sense is a refusal", async () => {
  const { clock, store } = await setUp();
  await store.put("lease/local%2Fprod", { token: "many" }, null);
  await expect(withLease(store, clock, request, async () => "never")).rejects.toMatchObject({
    code: "E_STORE",
  });
});
