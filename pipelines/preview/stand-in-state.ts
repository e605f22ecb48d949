// `node stand-in-state.ts <folder> <environment...>`: makes what the stand-ins play for environments of the tree it lies in.
// Another checkout's preview runs it in the tree of its base, so the words, the folders and the lines on stdout stay as they are.
import { join } from "node:path";
import pLimit from "p-limit";
import { openStack } from "../drivers/stack.ts";
import { describe } from "../environment/describe.ts";
import { hasStandIn } from "./open.ts";

const repo = join(import.meta.dirname, "..", "..");
const [folder = "", ...environments] = process.argv.slice(2);
const controller = new AbortController();
const stop = (): void => controller.abort(new Error("interrupted"));
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
// Whoever started this is gone: nobody waits for it any more.
process.stdin.on("end", stop).on("error", stop).resume();

/** One stack, in the folder named after it. */
async function make(environment: string): Promise<void> {
  controller.signal.throwIfAborted();
  const { name, description } = describe(repo, environment);
  // Without one the engine would reach for what is real.
  if (!hasStandIn(description.platform)) throw new Error(`nothing stands in for ${description.platform}`);
  const standIn = join(folder, name.stack);
  const { signal } = controller;
  const stack = await openStack({ repo, environment, stack: name.stack, description, standIn, signal });
  await stack.up(() => {});
}

const limit = pLimit(3);
const all = environments.map(async (environment) => {
  const made = await limit(() => make(environment)).then(
    () => ({ environment, ok: true }),
    (error: unknown) => ({ environment, ok: false, what: error instanceof Error ? error.message : "" }),
  );
  if (!controller.signal.aborted) process.stdout.write(`${JSON.stringify(made)}\n`);
});
await Promise.all(all);
process.exit(controller.signal.aborted ? 1 : 0);
