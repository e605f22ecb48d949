// A process that shares a store with a test: obeys one command a line, answers with one line each.
import { createInterface } from "node:readline";
import { systemClock } from "../../pipelines/drivers/clock.ts";
import type { Store } from "../../pipelines/drivers/store.ts";
import { openStore } from "../../pipelines/drivers/store-sqlite.ts";
import { openS3Store } from "../../pipelines/drivers/store-s3.ts";
import { placeIn } from "./store-suite-place.ts";
import { Refusal } from "../../pipelines/errors.ts";
import { withLease } from "../../pipelines/lease/lease.ts";
import type { HeldLease } from "../../pipelines/lease/lease.ts";
import { appendRecord } from "../../pipelines/ledger/ledger.ts";

const [place = "", holder = "child", ttl = "15"] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const code = (error: unknown) => (error instanceof Refusal ? error.code : String(error));
let opening: Promise<Store> | undefined;
const open = () => (opening ??= place.startsWith("s3://") ? openS3Store(placeIn(place)) : openStore(place));
let held: HeldLease | undefined;
let give: () => void = () => {};

async function take(): Promise<void> {
  const store = await open();
  const request = { environment: "local/prod", holder, reason: "a test", ttlSeconds: Number(ttl) };
  await withLease(store, systemClock, request, async (lease) => {
    held = lease;
    say(`took ${lease.token}`);
    await new Promise<void>((resolve) => {
      give = resolve;
    });
  });
}

/** `won` if this process made the key, `lost` if another was first. */
async function race(key: string): Promise<void> {
  say((await (await open()).put(key, holder, null)) === null ? "lost" : "won");
}

/** Adds one to the number under the key so many times, each time over what it read. */
async function count(key: string, times: number): Promise<void> {
  const store = await open();
  for (let done = 0; done < times;) {
    const found = await store.get(key);
    if ((await store.put(key, Number(found?.value ?? 0) + 1, found?.etag ?? null)) !== null) done += 1;
  }
  say("counted");
}

async function record(times: number): Promise<void> {
  const store = await open();
  for (let index = 0; index < times; index += 1) {
    const what = `${holder} ${index}`;
    await appendRecord(store, {
      who: holder,
      verb: "deploy",
      environment: "prod",
      what,
      why: "race",
      outcome: "done",
    });
  }
  say("recorded");
}

const failed = (error: unknown) => say(code(error));
const commands: Record<string, (argument: string) => Promise<unknown>> = {
  hello: async () => say("hello"),
  ready: () => open().then(() => say("ready"), failed),
  take: () => take().then(() => say("gave"), failed),
  give: async () => give(),
  check: async () => held?.check().then(() => say("stands"), failed),
  record: (times) => record(Number(times)).catch(failed),
  race: (key) => race(key).catch(failed),
  count: (key) => count(key, 20).catch(failed),
};
for await (const line of createInterface({ input: process.stdin })) {
  const [name = "", argument = ""] = line.split(" ");
  void commands[name]?.(argument);
}
