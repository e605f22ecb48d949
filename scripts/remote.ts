// surefoot remote: a repository to push to that checks what comes, and delivers it.
import { Argument } from "@commander-js/extra-typings";
import { addRemote } from "../pipelines/remote/add.ts";
import { remoteText } from "../pipelines/remote/report.ts";
import { finish, repo, verb } from "./verb.ts";

export function remoteCommand() {
  return verb("remote")
    .description("make a bare repository on this machine that delivers what is pushed to it")
    .addArgument(new Argument("<action>", "what to do").choices(["add"] as const))
    .argument("<name>", "of the remote, such as rehearsal")
    .option("--path <folder>", "where it lies; in .surefoot/remotes where left out")
    .option("--branch <branch>", "which branch is delivered", "main")
    .option(
      "--to <environment...>",
      "where to; without it every described environment, rehearsed on this machine",
    )
    .addHelpText(
      "after",
      [
        "\nExamples:",
        "  $ surefoot remote add rehearsal && git push rehearsal HEAD:main",
        "  $ surefoot remote add production --to dev staging prod --path /srv/game.git",
        "",
      ].join("\n"),
    )
    .action(async (_action, name, options) => {
      const { path, branch, to = [] } = options;
      const added = await addRemote({ repo, name, path, branch, environments: to });
      finish({ document: added, lines: remoteText(added), ok: true }, options);
    });
}
