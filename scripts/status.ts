// surefoot status: what runs where, and who is changing it.
import { statusText } from "../pipelines/environment/report.ts";
import { status } from "../pipelines/environment/status.ts";
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { finish, repo, verb } from "./verb.ts";

export function statusCommand() {
  return verb("status")
    .description("show lease, pins and every node of an environment")
    .argument("<environment>", "such as local/prod")
    .option("--nodes", "list every node", false)
    .addHelpText(
      "after",
      "\nExamples:\n  $ surefoot status local/prod\n  $ surefoot status local/prod --json\n",
    )
    .action(async (id, options) => {
      using workspace = await openWorkspace(repo, id);
      const found = await status(workspace);
      finish({ document: found, lines: statusText(found, options.nodes), ok: true }, options);
    });
}
