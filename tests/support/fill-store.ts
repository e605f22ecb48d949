// Writes into a store until it refuses, and prints the refusal.
import { openStore } from "../../pipelines/drivers/store-sqlite.ts";
import { Refusal } from "../../pipelines/errors.ts";

const store = await openStore(process.argv[2] ?? "");
try {
  for (let index = 0; index < 1000; index += 1) await store.put(`fill/${index}`, "x".repeat(10_000), null);
} catch (error) {
  process.stdout.write(error instanceof Refusal ? `${error.code} ${error.message}` : `bug: ${String(error)}`);
}
