// surefoot up: makes an environment real, or heals it.
import { takePins } from "../pipelines/environment/pin-branch.ts";
import { plannedText, upText } from "../pipelines/environment/report.ts";
import { up } from "../pipelines/environment/up.ts";
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { notifierOf } from "../pipelines/notify/open.ts";
import { tellingUp } from "../pipelines/notify/telling.ts";
import { pinBranchOf, pinsOption } from "./pin-options.ts";
import { finish, gathered, interruptible, repo, say, verb } from "./verb.ts";

export function upCommand() {
  return verb("up")
    .description("make an environment as its description says; heal what died")
    .argument("<environment>", "such as local/prod")
    .option("--acknowledge <name>", "let this database, bucket or key go; again for each", gathered)
    .option(
      "--forget <node>",
      "on ssh: its machine is gone for good, do not ask it; again for each",
      gathered,
    )
    .option("--reason <text>", "why; it goes into the ledger", "asked for")
    .option("--plan", "show what would change, change nothing")
    .addOption(pinsOption())
    .addHelpText("after", "\nExamples:\n  $ surefoot up local/prod\n  $ surefoot up local/prod --plan\n")
    .action(async (id, options) => {
      const pins = pinBranchOf(options.pins);
      using workspace = await openWorkspace(repo, id);
      await takePins(workspace, pins);
      const signal = interruptible(`surefoot up ${id}`);
      if (options.plan) {
        await workspace.platform.admit();
        const planned = await (await workspace.stack(signal)).preview();
        const changes = planned.flatMap(({ op, type, name }) => (op === "same" ? [] : [{ op, type, name }]));
        const lines = [
          ...changes.map(({ op, name }) => `${op.padEnd(8)} ${name}`),
          `${id}: ${plannedText(changes)}`,
        ];
        return finish({ document: { environment: id, changes }, lines, ok: true }, options);
      }
      say(`${id}: brings up what environments/${workspace.name.description}.yaml describes`);
      const change = ({ op, name }: { op: string; name: string }): void => say(`  ${op} ${name}`);
      const booted = (node: string, release: string): void => say(`  ${node} runs ${release}`);
      const adopted = (name: string): void =>
        say(`  found again ${name}: an earlier run was killed after it was made`);
      await using notifier = notifierOf(workspace, { env: process.env, warn: say });
      const watching = {
        booted,
        adopted,
        acknowledged: options.acknowledge ?? [],
        forget: options.forget ?? [],
        reason: options.reason,
        signal,
      };
      const result = await tellingUp({ notifier, environment: id, change }, (told) =>
        up(workspace, { ...watching, ...told }),
      );
      finish({ document: result, lines: upText(result), ok: result.failed.length === 0 }, options);
    });
}
