// surefoot rehearse: what `npm start` runs. Brings an environment up here and takes it through good and broken releases.
import { down } from "../pipelines/environment/down.ts";
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { rehearsalText } from "../pipelines/rehearsal/report.ts";
import { rehearse } from "../pipelines/rehearsal/run.ts";
import { liveRollout } from "./live.ts";
import { finish, interruptible, repo, say, verb } from "./verb.ts";

export function rehearseCommand() {
  return verb("rehearse")
    .description("bring local/prod up, put traffic on it, roll out good releases and a broken one")
    .argument("[environment]", "a local environment", "local/prod")
    .option("--once", "take it down again at the end; also without a terminal", false)
    .addHelpText(
      "after",
      "\nExamples:\n  $ surefoot rehearse\n  $ surefoot rehearse local/staging --once --json\n",
    )
    .action(async (id, options) => {
      using workspace = await openWorkspace(repo, id);
      using live = liveRollout(options.json !== true);
      const once = options.once || process.stdin.isTTY !== true;
      const signal = interruptible(`surefoot status ${id}, surefoot down ${id}`);
      const result = await rehearse(workspace, {
        say,
        tell: live.tell,
        traffic: ({ requests, failedRequests, activeSessions, cutSessions, p95Ms }) =>
          live.footer(
            `${requests} requests, ${failedRequests} failed, p95 ${p95Ms ?? "-"} ms; ${activeSessions} sessions now, ${cutSessions} cut`,
          ),
        signal,
      });
      live.stop();
      if (once) {
        say(`takes ${id} down`);
        await down(workspace, { change: () => {}, reason: "rehearsal", signal });
      }
      finish({ document: result, lines: rehearsalText(result, !once), ok: result.worked }, options);
    });
}
