// surefoot promote: what was verified in the environment before goes on into this one.
import { pinWords } from "../pipelines/drivers/pin-commits.ts";
import { takePins } from "../pipelines/environment/pin-branch.ts";
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { Refusal } from "../pipelines/errors.ts";
import { notifierOf } from "../pipelines/notify/open.ts";
import { rollingOut } from "../pipelines/notify/rolling-out.ts";
import { maskValue } from "../pipelines/masking/secrets.ts";
import { planAll, promoteAll } from "../pipelines/promotion/all.ts";
import type { PromotionPlan } from "../pipelines/promotion/plan.ts";
import { planPromotion } from "../pipelines/promotion/prepare.ts";
import { allText, allWell, promotionPlanText, promotionText } from "../pipelines/promotion/report.ts";
import { promote } from "../pipelines/promotion/run.ts";
import { liveRollout } from "./live.ts";
import { commitPinsOption, pinBranchOf } from "./pin-options.ts";
import { finish, interruptible, repo, say, verb } from "./verb.ts";

const unsaid = "asked for";

export function promoteCommand() {
  return verb("promote")
    .description("bring a release on from the environment before, once it is verified and has soaked there")
    .argument("<environment>", "where to, such as prod or local/prod")
    .argument("[service]", "such as server; without it every service that has something to promote")
    .option("--release <release>", "which release; without it the one that runs in the environment before")
    .option("--plan", "show from, to, soak, hold and config; touch nothing")
    .option("--wait", "wait until it has soaked", false)
    .option("--reason <text>", "why; goes into the ledger", unsaid)
    .option("--hotfix", "not verified, not soaked: needs --reason and a second person; wave 1 stays", false)
    .option("--lift-hold", "although it was taken back before; needs --reason", false)
    .option("--break-glass", "in spite of a freeze window; needs --reason", false)
    .option("--accept-wave", "take the next inconclusive verdict as a pass: you looked at it", false)
    .addOption(commitPinsOption())
    .addHelpText(
      "after",
      "\nExamples:\n  $ surefoot promote prod --plan\n  $ surefoot promote prod server --wait\n  $ surefoot promote prod server --release r9 --hotfix --reason 'login is broken'\n",
    )
    .action(async (id, service, options) => {
      for (const flag of ["hotfix", "liftHold", "breakGlass"] as const)
        if (options[flag] && options.reason === unsaid && !options.plan) throw reasonMissing(flag);
      if (service === undefined && options.release !== undefined) throw serviceMissing();
      const pins = pinBranchOf(options.commitPins);
      using workspace = await openWorkspace(repo, id);
      await takePins(workspace, pins);
      if (options.plan) {
        const plans =
          service === undefined
            ? await planAll(workspace, options)
            : [await planPromotion(workspace, { ...options, service })];
        const document = service === undefined ? plans.map(shown) : shown(plans[0] as PromotionPlan);
        return finish({ document, lines: plans.flatMap(promotionPlanText), ok: true }, options);
      }
      using live = liveRollout(options.json !== true);
      const again = `surefoot promote ${id}${service === undefined ? "" : ` ${service}`}${pinWords(pins)}`;
      const signal = interruptible(`${again} goes on`);
      const order = { ...options, pins };
      await using notifier = notifierOf(workspace, { env: process.env, warn: say });
      const watching = { tell: live.tell, say: (text: string) => say(`  ${text}`), signal, notifier };
      if (service === undefined) {
        const all = await promoteAll(workspace, order, watching);
        live.stop();
        return finish({ document: all, lines: allText(all), ok: allWell(all) }, options);
      }
      const seen = { branch: pins, service, notifier, tell: live.tell };
      const result = await rollingOut(workspace, seen, (tell) =>
        promote(workspace, { ...order, service }, { ...watching, tell }),
      );
      live.stop();
      const ok = result.outcome === "deployed" || result.outcome === "unchanged";
      finish(
        { document: { ...result, plan: shown(result.plan) }, lines: promotionText(result), ok },
        options,
      );
    });
}

/** Config is no secret, but it may hold one by mistake. */
function shown(plan: PromotionPlan): PromotionPlan {
  if (plan.to === null) return plan;
  const config = Object.entries(plan.to.config).map(([key, value]) => [key, String(maskValue(key, value))]);
  return { ...plan, to: { ...plan.to, config: Object.fromEntries(config) as Record<string, string> } };
}

function reasonMissing(flag: string): Refusal {
  const name = flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const what = `--${name} needs a reason`;
  return new Refusal("E_USAGE", { what, state: "nothing was touched", next: "add --reason '<why>'" });
}

function serviceMissing(): Refusal {
  const what = "--release needs the name of a service";
  const next = "surefoot promote <environment> <service> --release <release>";
  return new Refusal("E_USAGE", { what, state: "nothing was touched", next });
}
