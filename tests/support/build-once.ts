// Builds one service in a process of its own, so that a test can give it another umask, time zone and locale.
// Arguments: the checkout, the store, the service as JSON. Prints the manifest.
import { openArtifacts } from "../../pipelines/drivers/artifacts.ts";
import { openBuilder } from "../../pipelines/drivers/build.ts";
import { openGit } from "../../pipelines/drivers/git.ts";
import { buildRelease } from "../../pipelines/release/run.ts";
import type { ReleasableService } from "../../pipelines/release/plan.ts";

const [repoRoot = "", store = "", service = "{}"] = process.argv.slice(2);
const { manifest } = await buildRelease(
  {
    service: JSON.parse(service) as ReleasableService,
    release: "r1",
    set: { SHARDS: "3" },
    builtBy: "ada",
    now: new Date(),
  },
  { artifacts: openArtifacts(store), git: openGit(repoRoot), builder: openBuilder(repoRoot) },
);
console.log(JSON.stringify(manifest));
