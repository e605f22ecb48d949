// surefoot rollback: the whole fleet of a service back to its last good release.
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { rollback } from "../pipelines/rollback/deploy.ts";
import { rollbackText } from "../pipelines/rollback/report.ts";
import { liveRollout } from "./live.ts";
import { finish, interruptible, repo, verb } from "./verb.ts";

export function rollbackCommand() {
  return verb("rollback")
    .description(
      "put a service back on its last good release, from what the nodes kept: no download, no canary",
    )
    .argument("<environment>", "such as local/prod")
    .argument("<service>", "such as server")
    .option("--release <release>", "an older good release instead of the last one")
    .option("--reason <text>", "why; goes into the ledger", "asked for")
    .addHelpText(
      "after",
      "\nExample:\n  $ surefoot rollback local/prod server --reason 'players report lag'\n",
    )
    .action(async (id, service, options) => {
      using workspace = await openWorkspace(repo, id);
      using live = liveRollout(options.json !== true);
      const signal = interruptible(`surefoot rollback ${id} ${service}`);
      const order = { service, release: options.release, reason: options.reason };
      const result = await rollback(workspace, order, { tell: live.tell, signal });
      live.stop();
      finish(
        { document: result, lines: rollbackText(id, result), ok: result.outcome === "rolled-back" },
        options,
      );
    });
}
