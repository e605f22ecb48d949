// The engine alone: the program of an environment through the Automation API, as its manual shows it. Used by the bench.
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { describe } from "../../pipelines/environment/describe.ts";
import { locateEngine } from "../../infra/engine/locate.ts";
import { program } from "../../infra/index.ts";
import { project, stateFolder } from "../../infra/names.ts";

const [operation, repo = "", environment = ""] = process.argv.slice(2);
const { name, description } = describe(repo, environment);
const engine = locateEngine();
if (engine === undefined) throw new Error("the engine is not on this machine");
const standIn = join(stateFolder(repo), "stand-in", name.stack);
const path = [join(repo, "infra", "stand-in"), join(process.execPath, ".."), process.env["PATH"]];

const stack = await LocalWorkspace.createOrSelectStack(
  {
    stackName: name.stack,
    projectName: project,
    program: async () => ({ ...(await program(description, repo)) }),
  },
  {
    projectSettings: { name: project, runtime: "nodejs", main: repo },
    pulumiCommand: await PulumiCommand.get(engine.root === undefined ? {} : { root: engine.root }),
    envVars: {
      PATH: path.join(delimiter),
      PULUMI_BACKEND_URL: `file://${join(standIn, "pulumi")}`,
      PULUMI_CONFIG_PASSPHRASE:
        process.env["PULUMI_CONFIG_PASSPHRASE"] ??
        readFileSync(join(stateFolder(repo), "passphrase"), "utf8"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      SUREFOOT_STAND_IN: standIn,
    },
  },
);
const common = { parallel: 16 };
const { changeSummary } =
  operation === "up"
    ? { changeSummary: (await stack.up(common)).summary.resourceChanges }
    : await stack.preview(common);
process.stdout.write(`${JSON.stringify(changeSummary)}\n`);
