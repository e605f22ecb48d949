// surefoot down: takes an environment away.
import { downText } from "../pipelines/environment/report.ts";
import { down } from "../pipelines/environment/down.ts";
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { recorded } from "../pipelines/ledger/recorded.ts";
import { finish, interruptible, repo, verb } from "./verb.ts";

export function downCommand() {
  return verb("down")
    .description("stop and remove everything of a local environment; releases, pins and ledger stay")
    .argument("<environment>", "such as local/prod")
    .addHelpText("after", "\nExample:\n  $ surefoot down local/prod\n")
    .action(async (id, options) => {
      const workspace = await openWorkspace(repo, id);
      try {
        const watching = { change: () => {}, signal: interruptible(`surefoot down ${id}`) };
        const deed = { verb: "down", what: `down ${id}`, why: "asked for" };
        const result = await recorded(workspace, deed, () => down(workspace, watching));
        finish({ document: result, lines: downText(result), ok: true }, options);
      } finally {
        workspace.close();
      }
    });
}
