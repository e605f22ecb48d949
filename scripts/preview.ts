// surefoot preview: what up would do, held against the rules, with its cost; nothing is changed.
import pc from "picocolors";
import { openPreview } from "../pipelines/preview/open.ts";
import { previewText } from "../pipelines/preview/report.ts";
import { preview } from "../pipelines/preview/run.ts";
import { finish, interruptible, repo, say, verb } from "./verb.ts";

export function previewCommand() {
  return verb("preview")
    .description("show what up would do, which rules it breaks and what it costs; change nothing")
    .argument("<environment>", "such as prod or local/prod")
    .option("--offline", "against a stand-in on this machine: no account is needed, none is asked", false)
    .addHelpText(
      "after",
      [
        "\nExamples:",
        "  $ surefoot preview prod --offline",
        "  $ surefoot preview prod --json",
        "\nExit codes: 0 no rule is broken, 1 a mandatory rule is broken or the preview failed, 2 usage.\n",
      ].join("\n"),
    )
    .action(async (id, { offline, json }) => {
      const signal = interruptible(`surefoot preview ${id}`);
      if (offline) say(`${id}: offline, against a stand-in on this machine`);
      const result = await preview(await openPreview(repo, id, { offline, signal }), {
        offline,
      });
      const lines = previewText(result).map(coloured);
      finish({ document: result, lines, ok: result.verdict !== "refused" }, { json });
    });
}

/** Colours only tell again what the words say. */
function coloured(line: string): string {
  if (/^(REFUSED|-\/\+|- {2} )/.test(line)) return pc.red(line);
  if (line.startsWith("~  ")) return pc.yellow(line);
  if (line.startsWith("+  ")) return pc.green(line);
  return line;
}
