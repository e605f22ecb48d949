// `node stand-in-child.ts <repo> <cloud> [<folder> <name>]`: one up of the shipped prod, or of a description in a folder, against the stand-in.
import { join } from "node:path";
import { loadDescription } from "../../environments/loader.ts";
import { openStack } from "../../pipelines/drivers/stack.ts";

const shipped = join(import.meta.dirname, "..", "..", "environments");
const [, , repo = "", standIn = "", folder = shipped, name = "prod"] = process.argv;
const loaded = loadDescription(folder, name);
if (!loaded.ok) throw new Error(`${name} does not load`);
const { description } = loaded;
const controller = new AbortController();
process.on("SIGINT", () => controller.abort(new Error("interrupted")));
const options = { repo, environment: name, stack: name, description, standIn, signal: controller.signal };
try {
  await (await openStack(options)).up(() => {});
} catch (error) {
  process.exitCode = controller.signal.aborted ? 3 : 1;
  if (!controller.signal.aborted) console.error(error);
}
