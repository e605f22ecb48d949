// surefoot preview: what up would do to every environment that a change reaches, held against the rules; nothing is changed.
import { writeFileSync } from "node:fs";
import { Option } from "@commander-js/extra-typings";
import pc from "picocolors";
import { Refusal } from "../pipelines/errors.ts";
import { githubRun } from "../pipelines/drivers/github-run.ts";
import { openGithub } from "../pipelines/drivers/github.ts";
import { publishFailure, publishPreview } from "../pipelines/github/publish.ts";
import { changePreview } from "../pipelines/preview/change.ts";
import type { ChangePreview } from "../pipelines/preview/document.ts";
import { formats, formatted } from "../pipelines/preview/formats.ts";
import { joinedPreview } from "../pipelines/preview/joined.ts";
import { isRefused, overviewText } from "../pipelines/preview/overview.ts";
import { finish, interruptible, repo, say, verb } from "./verb.ts";

export function previewCommand() {
  return verb("preview")
    .description("show what up would do, which rules it breaks and what it costs; change nothing")
    .argument("[environments...]", "such as prod or local/prod; all that the change reaches where left out")
    .option(
      "--base <ref>",
      "hold the change against this branch or commit; what it does not reach is skipped",
    )
    .option("--reached", "with names and a base: only those of them that the change reaches", false)
    .option("--offline", "against stand-ins on this machine: no account is needed, none is asked", false)
    .option("--drift", "tell too what differs from the state without our doing", false)
    .option(
      "--join <folder>",
      "look at nothing: make one preview of all that --json has printed into files there",
    )
    .addOption(new Option("--format <format>", "how it is written").choices(formats).default("text" as const))
    .option("--output <file>", "write that format there; the text is shown here")
    .option(
      "--comment",
      "in a workflow: write the pull request's comment, the step's summary and outputs",
      false,
    )
    .addHelpText(
      "after",
      [
        "\nExamples:",
        "  $ surefoot preview prod --offline",
        "  $ surefoot preview prod --json",
        "  $ surefoot preview --base origin/main",
        "  $ surefoot preview --base origin/main --offline --format html --output preview.html",
        "  $ surefoot preview prod --base origin/main --reached --json > looks/prod.json",
        "  $ surefoot preview --join looks --format html --output preview.html",
        "\nExit codes: 0 no rule is broken, 1 a mandatory rule is broken or a preview failed, 2 usage.\n",
      ].join("\n"),
    )
    .action(async (environments, { format, output, comment, json, join, ...wish }) => {
      if (join !== undefined) refuseToLook(environments, wish);
      const signal = interruptible("surefoot preview");
      // Before any work: --comment is refused outside of a run.
      const publish = comment ? publisher(signal) : undefined;
      const work =
        join === undefined
          ? changePreview(repo, { environments, ...wish, signal, tell: say })
          : joinedPreview(repo, join, say);
      const result = await work.catch(async (error: unknown) => {
        await publish?.failure(error).catch((other: Error) => say(other.message));
        throw error;
      });
      if (output !== undefined) write(output, formatted(result, format));
      await publish?.preview(result);
      const shown = output === undefined ? format : "text";
      const lines =
        shown === "text" ? overviewText(result).map(coloured) : [formatted(result, shown).trimEnd()];
      finish({ document: result, lines, ok: !isRefused(result), exact: true }, { json });
    });
}

/** What was looked at was said when it was looked at. */
function refuseToLook(environments: readonly string[], wish: object): void {
  const given = Object.entries(wish).filter(([name, value]) => name !== "debug" && Boolean(value));
  const [first] = [...environments, ...given.map(([name]) => `--${name}`)];
  if (first === undefined) return;
  throw new Refusal("E_USAGE", {
    what: `--join looks at nothing: ${JSON.stringify(first.slice(0, 60))} belongs to the previews that are joined`,
    state: "nothing was touched",
    next: "surefoot preview --join <folder>, with --format, --output, --comment or --json alone",
  });
}

/** Puts a result where a pull request is reviewed, and says what was put there. */
function publisher(signal: AbortSignal) {
  const run = githubRun(process.env);
  const github = () => openGithub(process.env, { signal });
  return {
    preview: async (result: ChangePreview) => (await publishPreview(result, run, github)).said.forEach(say),
    failure: async (error: unknown) => (await publishFailure(error, run, github)).said.forEach(say),
  };
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new Refusal("E_USAGE", {
      what: `${file} cannot be written: ${(error as Error).message}`,
      state: "nothing was changed; the preview is lost",
      next: "--output with a file in a folder that is there",
    });
  }
}

/** Colours only tell again what the words say. */
function coloured(line: string): string {
  if (/^(REFUSED|-\/\+|- {2} )|^ *\S+: (refused|failed)\b/.test(line)) return pc.red(line);
  if (line.startsWith("~  ")) return pc.yellow(line);
  if (line.startsWith("+  ")) return pc.green(line);
  return line;
}
