// When AWS or the way to it fails: one clear refusal each, nothing done twice, the store whole afterwards.
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { callerIn } from "../../../pipelines/drivers/aws-identity.ts";
import { openS3Store } from "../../../pipelines/drivers/store-s3.ts";
import { acquire, readLease, unlock } from "../../../pipelines/lease/claim.ts";
import { appendRecord, verifyLedger } from "../../../pipelines/ledger/ledger.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { placeIn } from "../../support/store-suite-place.ts";
import { startMoto } from "./moto.ts";
import { answers, startProxy } from "./proxy.ts";
import type { Fate } from "./proxy.ts";
import { region, s3Backing } from "./s3-backing.ts";

const moto = await startMoto();
const proxy = await startProxy(moto.endpoint);
Object.assign(process.env, moto.env, { AWS_ENDPOINT_URL: proxy.endpoint });
afterAll(() => Promise.all([proxy.stop(), moto.stop()]));
const backing = await s3Backing("team");
beforeEach(() => proxy.fate(() => "pass"));

const entry = { who: "ann", verb: "deploy", environment: "prod", what: "r2", why: "new", outcome: "done" };
const claim = { environment: "prod", holder: "ann@one pid 1", reason: "deploy", ttlSeconds: 60 };

async function setUp() {
  const store = await backing.open(await backing.place());
  onTestFinished(() => store.close());
  await appendRecord(store, entry);
  return store;
}

const refusals: [string, Fate, string, RegExp][] = [
  ["throttling", answers.slowDown, "E_AWS_THROTTLED", /throttling/],
  ["an expired token", answers.expired, "E_AWS_CREDENTIALS", /expired/],
  ["an unknown access key", answers.unknownKey, "E_AWS_CREDENTIALS", /does not know/],
  [
    "a missing permission",
    answers.deniedPut,
    "E_AWS_DENIED",
    /assumed-role\/surefoot-prod-preview\/ann may not s3:PutObject on arn:aws:s3:::team\/entry\/a/,
  ],
  ["a cut connection", "cut", "E_AWS_UNREACHABLE", /cannot be reached/],
];

test.each(refusals)("%s on a write is a refusal, and the store stays whole", async (_, fate, code, says) => {
  const store = await setUp();
  await acquire(store, claim);
  proxy.fate((method) => (method === "PUT" ? fate : "pass"));
  const refusal = await refusalFrom(unlock(store, "prod"));
  expect(refusal).toMatchObject({ code, message: expect.stringMatching(says) });
  expect([refusal.state, refusal.next].every((text) => text.length > 20)).toBe(true);
  await expect(appendRecord(store, entry)).rejects.toMatchObject({ code });
  // Bounded: a few tries, not forever.
  expect(proxy.seen().filter((request) => request.startsWith("PUT")).length).toBeLessThanOrEqual(8);
  proxy.fate(() => "pass");
  expect((await readLease(store, "prod"))?.holder).toBe(claim.holder);
  await appendRecord(store, entry);
  expect(await verifyLedger(store)).toMatchObject({ ok: true, count: 2 });
});

test("a throttle that passes is nobody's business", async () => {
  const store = await setUp();
  proxy.fate((_, _path, count) => (count % 3 === 0 ? "pass" : answers.slowDown));
  expect(await store.put("a", 1, null)).not.toBeNull();
});

test("a write whose answer is lost is carried out once and is not taken for a lost race", async () => {
  const store = await setUp();
  const loseFirst = () => {
    let lost = false;
    proxy.fate((method, path) => {
      if (lost || method !== "PUT" || !path.includes("/entry/")) return "pass";
      lost = true;
      return "lose";
    });
  };
  loseFirst();
  const first = await store.put("a", 1, null);
  expect(proxy.seen().filter((request) => request.startsWith("PUT"))).toHaveLength(2);
  expect(await store.get("a")).toEqual({ value: 1, etag: first });
  loseFirst();
  const second = await store.put("a", 2, first);
  expect(await store.get("a")).toEqual({ value: 2, etag: second });
  loseFirst();
  expect(await store.put("a", 3, first)).toBeNull();
  loseFirst();
  const lease = await acquire(store, claim);
  expect((await readLease(store, "prod"))?.token).toBe(lease.token);
});

test("appends whose answers are lost, one after the other, leave each record once", async () => {
  const store = await setUp();
  let puts = 0;
  proxy.fate((method) => (method === "PUT" && (puts += 1) % 2 === 1 ? "lose" : "pass"));
  for (let index = 0; index < 5; index += 1) await appendRecord(store, { ...entry, what: `after ${index}` });
  expect(await verifyLedger(store)).toEqual({ ok: true, count: 6, recovered: false, faults: [] });
});

test("two writes of one key at once, of which S3 calls one a conflict, are tried again", async () => {
  const store = await setUp();
  proxy.fate((method, _path, count) => (method === "PUT" && count < 3 ? answers.conflict : "pass"));
  expect(await store.put("a", 1, null)).not.toBeNull();
  proxy.fate((method) => (method === "PUT" ? answers.conflict : "pass"));
  await expect(store.put("b", 1, null)).rejects.toMatchObject({ code: "E_STORE" });
});

test("an append that ends between its announcement and its entry is recovered from by the next", async () => {
  const store = await setUp();
  proxy.fate((method, path) => (method === "PUT" && path.includes("/log/") ? answers.deniedPut : "pass"));
  await expect(appendRecord(store, entry)).rejects.toMatchObject({ code: "E_AWS_DENIED" });
  proxy.fate(() => "pass");
  expect(await verifyLedger(store)).toMatchObject({ ok: true, count: 1, recovered: true });
  await appendRecord(store, entry);
  expect(await verifyLedger(store)).toMatchObject({ ok: true, count: 2, recovered: false });
});

test("the end of a long log is found without listing it", async () => {
  const store = await setUp();
  for (let index = 0; index < 10; index += 1) await appendRecord(store, entry);
  proxy.fate(() => "pass");
  expect((await store.head("ledger")).count).toBe(11);
  expect(proxy.seen()).toHaveLength(3);
});

test("a bucket that is not there is a refusal that names it", async () => {
  const store = await openS3Store({ bucket: "gone", region, prefix: "" });
  onTestFinished(() => store.close());
  const refused = { code: "E_STORE", message: expect.stringContaining("no bucket gone") };
  await expect(store.get("a")).rejects.toMatchObject(refused);
  await expect(store.put("a", 1, null)).rejects.toMatchObject(refused);
  await expect(store.now()).rejects.toMatchObject(refused);
  await expect(store.list("")).rejects.toMatchObject(refused);
});

test("no network at all is a refusal within seconds", async () => {
  const nobody = createServer();
  await new Promise<void>((resolve) => nobody.listen(0, "127.0.0.1", resolve));
  const { port } = nobody.address() as AddressInfo;
  await new Promise((resolve) => nobody.close(resolve));
  process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${port}`;
  onTestFinished(() => void (process.env["AWS_ENDPOINT_URL"] = proxy.endpoint));
  const store = await openS3Store(placeIn(await backing.place()));
  onTestFinished(() => store.close());
  await expect(store.get("a")).rejects.toMatchObject({ code: "E_AWS_UNREACHABLE" });
});

test("another account than the one named is refused, and the right one is told back", async () => {
  expect(await callerIn("123456789012", region)).toMatchObject({ account: "123456789012" });
  const refusal = await refusalFrom(callerIn("999999999999", region));
  expect(refusal).toMatchObject({
    code: "E_AWS_CREDENTIALS",
    message: expect.stringContaining("123456789012"),
  });
});

test("the time is that of the store's answers", async () => {
  const store = await setUp();
  const found = await store.now();
  expect(Math.abs(found - Date.now())).toBeLessThan(30_000);
  expect(found % 1000).toBe(0);
});
