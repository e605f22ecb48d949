// surefoot down: takes an environment away.
import { downText } from "../pipelines/environment/report.ts";
import { down } from "../pipelines/environment/down.ts";
import { keepPins, takePins } from "../pipelines/environment/pin-branch.ts";
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { commitPinsOption, pinBranchOf } from "./pin-options.ts";
import { finish, gathered, interruptible, repo, verb } from "./verb.ts";

export function downCommand() {
  return verb("down")
    .description("stop and remove everything of an environment; releases, pins and ledger stay")
    .argument("<environment>", "such as local/prod")
    .option("--destroy <environment>", "its name once more: only so is a real environment taken away")
    .option(
      "--forget <node>",
      "on ssh: its machine is gone for good, do not ask it; again for each",
      gathered,
    )
    .option("--reason <text>", "why; it goes into the ledger", "asked for")
    .addOption(commitPinsOption())
    .addHelpText("after", "\nExamples:\n  $ surefoot down local/prod\n  $ surefoot down dev --destroy dev\n")
    .action(async (id, options) => {
      const pins = pinBranchOf(options.commitPins);
      using workspace = await openWorkspace(repo, id);
      await takePins(workspace, pins);
      const signal = interruptible(`surefoot down ${id}`);
      const { reason, destroy, forget } = options;
      const result = await down(workspace, { change: () => {}, reason, destroy, forget, signal });
      await keepPins(workspace, pins, `${workspace.name.description} is down\n\n${reason}`);
      finish({ document: result, lines: downText(result), ok: true }, options);
    });
}
