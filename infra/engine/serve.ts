// Serves a native Pulumi provider written here: ends in order on Ctrl-C, and never outlives the engine that started it.
import { main } from "@pulumi/pulumi/provider/index.js";
import type { Provider } from "@pulumi/pulumi/provider/index.js";

/** Serves until the engine is done. Resolves never: the process ends with the engine. */
export async function serve(provider: Provider): Promise<void> {
  // Ctrl-C reaches the whole group while the engine waits for the steps in progress: they are ended first. The engine
  // itself uses the same signal to end an idle provider.
  let inProgress = 0;
  let ending = false;
  const endWhenIdle = (): void => {
    if (ending && inProgress === 0) setImmediate(() => process.exit(0));
  };
  process.on("SIGINT", () => {
    ending = true;
    endWhenIdle();
  });
  const step = async <T>(work: Promise<T>): Promise<T> => {
    inProgress += 1;
    try {
      return await work;
    } finally {
      inProgress -= 1;
      // The answer has to leave before the process does.
      setTimeout(endWhenIdle, 50);
    }
  };
  const { create, update, delete: remove, read } = provider;
  const served: Provider = { ...provider };
  if (create) served.create = (...given) => step(create(...given));
  if (update) served.update = (...given) => step(update(...given));
  if (read) served.read = (...given) => step(read(...given));
  if (remove) served.delete = (...given) => step(remove(...given));
  // Where the engine was killed, nobody would end this process.
  const engine = Number(process.env["SUREFOOT_ENGINE_PID"]);
  setInterval(() => process.ppid === engine || process.exit(1), 500).unref();
  await main(served, process.argv.slice(2));
}
