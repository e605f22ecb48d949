// surefoot deploy: moves a release through the fleet, wave by wave.
import { pinWords } from "../pipelines/drivers/pin-commits.ts";
import { takePins } from "../pipelines/environment/pin-branch.ts";
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { Refusal } from "../pipelines/errors.ts";
import { notifierOf } from "../pipelines/notify/open.ts";
import { rollingOut } from "../pipelines/notify/rolling-out.ts";
import { deploy, planDeploy } from "../pipelines/rollout/deploy.ts";
import { outcomeText, planText } from "../pipelines/rollout/report.ts";
import { liveRollout } from "./live.ts";
import { commitPinsOption, pinBranchOf } from "./pin-options.ts";
import { finish, interruptible, repo, say, verb } from "./verb.ts";

export function deployCommand() {
  return verb("deploy")
    .description("roll a release out in waves; one that is worse is rolled back by itself")
    .argument("<environment>", "such as local/prod")
    .argument("<service>", "such as server")
    .option(
      "--release <release>",
      "which release; without it the pinned one, with the config as described now",
    )
    .option("--plan", "print waves, nodes and capacity; touch nothing")
    .option("--reason <text>", "why; goes into the ledger", "asked for")
    .option("--hotfix", "two waves and half the bake; wave 1, guards and rollback stay", false)
    .option(
      "--break-glass",
      "deploy in spite of a freeze window; needs --reason, and approval where the environment asks for it",
      false,
    )
    .option("--accept-wave", "take the next inconclusive verdict as a pass: you looked at it", false)
    .option("--seed <text>", "choose the order of the nodes")
    .addOption(commitPinsOption())
    .addHelpText(
      "after",
      "\nExamples:\n  $ surefoot deploy local/prod server --release r2\n  $ surefoot deploy local/prod server --release r2 --plan --json\n",
    )
    .action(async (id, service, options) => {
      if (options.breakGlass && options.reason === "asked for") throw reasonMissing();
      const pins = pinBranchOf(options.commitPins);
      using workspace = await openWorkspace(repo, id);
      await takePins(workspace, pins);
      using live = liveRollout(options.json !== true);
      const order = { ...options, service, pins };
      if (options.plan) {
        const plan = await planDeploy(workspace, order);
        return finish({ document: plan, lines: planText(plan), ok: true }, options);
      }
      const release = options.release ? ` --release ${options.release}` : "";
      const [go, back] = [`deploy ${id} ${service}${release}`, `rollback ${id} ${service}`];
      const words = pinWords(pins);
      const signal = interruptible(`surefoot ${go}${words} goes on, surefoot ${back}${words} goes back`);
      await using notifier = notifierOf(workspace, { env: process.env, warn: say });
      const seen = { branch: pins, service, notifier, tell: live.tell };
      const { deployed: result } = await rollingOut(workspace, seen, async (tell) => ({
        deployed: await deploy(workspace, order, { tell, signal }),
      }));
      live.stop();
      finish({ document: result, lines: outcomeText(result), ok: result.outcome === "deployed" }, options);
    });
}

function reasonMissing(): Refusal {
  const what = "--break-glass needs a reason";
  return new Refusal("E_USAGE", { what, state: "nothing was touched", next: "add --reason '<why>'" });
}
