// surefoot rollback: the whole fleet of a service back to its last good release.
import { changeCommit } from "../pipelines/drivers/git-history.ts";
import { keepPins, takePins } from "../pipelines/environment/pin-branch.ts";
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { brokenEnding, rollbackEnding } from "../pipelines/github/ending.ts";
import { notifierOf } from "../pipelines/notify/open.ts";
import { tellingRollback } from "../pipelines/notify/telling.ts";
import { rollback } from "../pipelines/rollback/deploy.ts";
import { rollbackText } from "../pipelines/rollback/report.ts";
import { githubTold } from "./github-told.ts";
import { liveRollout } from "./live.ts";
import { commitPinsOption, pinBranchOf } from "./pin-options.ts";
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
    .addOption(commitPinsOption())
    .addHelpText(
      "after",
      "\nExample:\n  $ surefoot rollback local/prod server --reason 'players report lag'\n",
    )
    .action(async (id, service, options) => {
      const pins = pinBranchOf(options.commitPins);
      using workspace = await openWorkspace(repo, id);
      await takePins(workspace, pins);
      using live = liveRollout(options.json !== true);
      const signal = interruptible(`surefoot rollback ${id} ${service}`);
      const order = { service, release: options.release || undefined, reason: options.reason };
      await using notifier = notifierOf(workspace, { env: process.env, warn: say });
      const telling = { notifier, environment: id, service, tell: live.tell };
      const github = githubTold([id], { verb: "rollback", statuses: false, signal });
      await github?.begun(id, await changeCommit(repo));
      const result = await tellingRollback(telling, (tell) =>
        rollback(workspace, order, { tell, signal }),
      ).catch(async (error: unknown) => {
        await github?.ended(id, brokenEnding(id, error));
        throw error;
      });
      live.stop();
      const title = `${workspace.name.description}: ${service} back to ${result.release ?? "no release"}`;
      await keepPins(workspace, pins, `${title}\n\n${options.reason}`);
      await github?.ended(id, rollbackEnding(id, result));
      finish(
        { document: result, lines: rollbackText(id, result), ok: result.outcome === "rolled-back" },
        options,
      );
    });
}
