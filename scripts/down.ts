// surefoot down: takes an environment away.
import { downText } from "../pipelines/environment/report.ts";
import { down } from "../pipelines/environment/down.ts";
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { finish, interruptible, repo, verb } from "./verb.ts";

export function downCommand() {
  return verb("down")
    .description("stop and remove everything of a local environment; releases, pins and ledger stay")
    .argument("<environment>", "such as local/prod")
    .addHelpText("after", "\nExample:\n  $ surefoot down local/prod\n")
    .action(async (id, options) => {
      using workspace = await openWorkspace(repo, id);
      const signal = interruptible(`surefoot down ${id}`);
      const result = await down(workspace, { change: () => {}, reason: "asked for", signal });
      finish({ document: result, lines: downText(result), ok: true }, options);
    });
}
