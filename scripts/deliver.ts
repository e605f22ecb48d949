// surefoot deliver: brings what is checked out to the environments, in order. What a push and the workflows run.
import { duration, readUnit } from "../environments/units.ts";
import { chosenEnvironments } from "../pipelines/delivery/open.ts";
import { inTurn } from "../pipelines/delivery/queue.ts";
import { againText } from "../pipelines/delivery/patience.ts";
import { deliveryText, legText, rolloutText } from "../pipelines/delivery/report.ts";
import type { Leg } from "../pipelines/delivery/result.ts";
import { deliver } from "../pipelines/delivery/run.ts";
import { Refusal } from "../pipelines/errors.ts";
import { brokenEnding, legEnding } from "../pipelines/github/ending.ts";
import type { Progress } from "../pipelines/rollout/context.ts";
import { githubTold } from "./github-told.ts";
import { commitPinsOption, pinBranchOf } from "./pin-options.ts";
import { finish, interruptible, repo, say, verb } from "./verb.ts";

export function deliverCommand() {
  return verb("deliver")
    .description(
      "bring this commit to environments, in the order of promotion; stop where it does not end well",
    )
    .argument("<environment...>", "such as dev staging prod, or local/dev local/staging local/prod")
    .option("--wait <duration>", "wait at most so long for soaks", "10m")
    .addOption(commitPinsOption())
    .option("--reason <text>", "why; goes into the ledger", "pushed")
    .addHelpText(
      "after",
      [
        "\nExamples:",
        "  $ surefoot deliver local/dev local/staging local/prod",
        "  $ surefoot deliver prod --commit-pins origin/main --wait 45m",
        "\nExit codes: 0 delivered, nothing to do, or waiting for a person or a time; 1 stopped; 2 usage.\n",
      ].join("\n"),
    )
    .action(async (ids, options) => {
      const pins = pinBranchOf(options.commitPins);
      const signal = interruptible(againText({ environment: ids.join(" "), pins }));
      const environments = chosenEnvironments(repo, ids);
      const order = {
        repo,
        environments,
        pins,
        waitSeconds: secondsOf(options.wait),
        reason: options.reason,
      };
      const waiting = (before: number): void =>
        say(`waits: ${before} ${before === 1 ? "delivery comes" : "deliveries come"} first`);
      const tell = (environment: string, service: string, progress: Progress): void => {
        const line = rolloutText(environment, service, progress);
        if (line !== undefined) say(line);
      };
      const github = githubTold(environments, { verb: "deliver", statuses: true, signal });
      const begun = async (environment: string, commit: string): Promise<void> => {
        say(`${environment}: ${commit.slice(0, 10)}`);
        await github?.begun(environment, commit);
      };
      const ended = async (leg: Leg): Promise<void> => {
        legText(leg).forEach(say);
        await github?.ended(leg.environment, legEnding(leg));
      };
      const broken = async (environment: string, error: unknown): Promise<void> =>
        github?.ended(environment, brokenEnding(environment, error));
      const reason = `deliver ${ids.join(" ")}`;
      const result = await inTurn(repo, { reason, waiting, signal }, (held) =>
        deliver(order, { say, begun, tell, ended, broken, signal: held }),
      );
      finish({ document: result, lines: [deliveryText(result)], ok: result.outcome !== "failed" }, options);
    });
}

function secondsOf(text: string): number {
  const found = readUnit(duration, text);
  if (found.ok) return found.value;
  throw new Refusal("E_USAGE", {
    what: `--wait: ${found.complaint}`,
    state: "nothing was touched",
    next: "--wait 30m",
  });
}
