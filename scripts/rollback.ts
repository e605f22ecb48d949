// surefoot rollback: the whole fleet of a service back to its last good release.
import { parsePinBranch } from "../pipelines/drivers/pin-commits.ts";
import { keepPins, takePins } from "../pipelines/environment/pin-branch.ts";
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { notifierOf } from "../pipelines/notify/open.ts";
import { tellingRollback } from "../pipelines/notify/telling.ts";
import { rollback } from "../pipelines/rollback/deploy.ts";
import { rollbackText } from "../pipelines/rollback/report.ts";
import { liveRollout } from "./live.ts";
import { finish, interruptible, repo, say, verb } from "./verb.ts";

export function rollbackCommand() {
  return verb("rollback")
    .description(
      "put a service back on its last good release, from what the nodes kept: no download, no canary",
    )
    .argument("<environment>", "such as local/prod")
    .argument("<service>", "such as server")
    .option("--release <release>", "an older good release instead of the last one")
    .option("--reason <text>", "why; goes into the ledger", "asked for")
    .option("--commit-pins <remote/branch>", "read pins from this branch, and commit there what is put back")
    .addHelpText(
      "after",
      "\nExample:\n  $ surefoot rollback local/prod server --reason 'players report lag'\n",
    )
    .action(async (id, service, options) => {
      const pins = options.commitPins === undefined ? null : parsePinBranch(options.commitPins);
      using workspace = await openWorkspace(repo, id);
      await takePins(workspace, pins);
      using live = liveRollout(options.json !== true);
      const signal = interruptible(`surefoot rollback ${id} ${service}`);
      const order = { service, release: options.release || undefined, reason: options.reason };
      await using notifier = notifierOf(workspace, { env: process.env, warn: say });
      const telling = { notifier, environment: id, service, tell: live.tell };
      const result = await tellingRollback(telling, (tell) => rollback(workspace, order, { tell, signal }));
      live.stop();
      const title = `${workspace.name.description}: ${service} back to ${result.release ?? "no release"}`;
      await keepPins(workspace, pins, `${title}\n\n${options.reason}`);
      finish(
        { document: result, lines: rollbackText(id, result), ok: result.outcome === "rolled-back" },
        options,
      );
    });
}
