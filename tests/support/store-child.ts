// A process that shares a store with a test: obeys one command a line, answers with one line each.
import { createInterface } from "node:readline";
import { systemClock } from "../../pipelines/drivers/clock.ts";
import type { Store } from "../../pipelines/drivers/store.ts";
import { openStore } from "../../pipelines/drivers/store-sqlite.ts";
import { Refusal } from "../../pipelines/errors.ts";
import { withLease } from "../../pipelines/lease/lease.ts";
import type { HeldLease } from "../../pipelines/lease/lease.ts";
import { appendRecord } from "../../pipelines/ledger/ledger.ts";

const [folder = "", holder = "child", ttl = "15"] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const code = (error: unknown) => (error instanceof Refusal ? error.code : String(error));
let opening: Promise<Store> | undefined;
const open = () => (opening ??= openStore(folder));
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

async function record(count: number): Promise<void> {
  const store = await open();
  for (let index = 0; index < count; index += 1) {
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
  record: (count) => record(Number(count)).catch(failed),
};
for await (const line of createInterface({ input: process.stdin })) {
  const [name = "", argument = ""] = line.split(" ");
  void commands[name]?.(argument);
}
