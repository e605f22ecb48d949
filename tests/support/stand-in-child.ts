// `node stand-in-child.ts <repo> <cloud>`: one up of the shipped prod against the stand-in.
import { join } from "node:path";
import { loadDescription } from "../../environments/loader.ts";
import { openStack } from "../../pipelines/drivers/stack.ts";

const [, , repo = "", standIn = ""] = process.argv;
const loaded = loadDescription(join(import.meta.dirname, "..", "..", "environments"), "prod");
if (!loaded.ok) throw new Error("the shipped prod does not load");
const { description } = loaded;
const controller = new AbortController();
process.on("SIGINT", () => controller.abort(new Error("interrupted")));
const options = { repo, environment: "prod", stack: "prod", description, standIn, signal: controller.signal };
try {
  await (await openStack(options)).up(() => {});
} catch (error) {
  process.exitCode = controller.signal.aborted ? 3 : 1;
  if (!controller.signal.aborted) console.error(error);
}
