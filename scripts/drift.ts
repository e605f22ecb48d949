// surefoot drift: what differs from the descriptions without our doing; nothing is changed.
import { join } from "node:path";
import pc from "picocolors";
import { listDescriptions } from "../environments/folder.ts";
import type { DriftDocument, DriftLook } from "../pipelines/drift/document.ts";
import { issuesText, tellDrift } from "../pipelines/drift/news.ts";
import { driftText } from "../pipelines/drift/report.ts";
import { lookForDrift } from "../pipelines/drift/run.ts";
import { nameOf } from "../pipelines/environment/describe.ts";
import { summariseStep } from "../pipelines/github/summary.ts";
import { finish, interruptible, repo, say, verb } from "./verb.ts";

export function driftCommand() {
  return verb("drift")
    .description("tell what differs from the descriptions without our doing; change nothing")
    .argument("[environments...]", "such as prod or local/prod; every real one where left out")
    .option(
      "--issues",
      "keep one GitHub issue an environment: opened, updated in place, closed when clean",
      false,
    )
    .option("--exit-code", "drift is exit code 1 too", false)
    .addHelpText(
      "after",
      [
        "\nExamples:",
        "  $ surefoot drift",
        "  $ surefoot drift prod --exit-code --json",
        "  $ surefoot drift --issues        # in a workflow: reads GITHUB_TOKEN and GITHUB_REPOSITORY",
        "\nWhat may differ is said under drift.ignore of a description, with a reason and an owner.",
        "Exit codes: 0 looked everywhere (with --exit-code: and nothing has drifted), 1 an environment could not be looked at",
        "or an issue not be kept (with --exit-code: or something has drifted), 2 usage.\n",
      ].join("\n"),
    )
    .action(async (given, { issues, exitCode, json }) => {
      const ids = given.length > 0 ? [...new Set(given)] : listDescriptions(join(repo, "environments"));
      for (const id of ids) nameOf(repo, id);
      const signal = interruptible(`surefoot drift ${ids.join(" ")}`);
      const github = issues ? await openedGithub(signal) : undefined;
      const document: DriftDocument = { schema: 1, at: new Date().toISOString(), environments: [] };
      for (const id of ids) {
        say(`${id}: looks at what is there`);
        document.environments.push(await lookForDrift(repo, id, signal));
      }
      const news = await tellDrift(repo, document, { github, env: process.env, warn: say });
      const lines = [...document.environments.flatMap(driftText), ...issuesText(news)];
      summariseStep(process.env, lines, say);
      const looked = document.environments.every((look) => isGood(look, exitCode));
      const ok = looked && news.every(({ did }) => did !== "failed");
      finish({ document: { ...document, issues: news }, lines: lines.map(coloured), ok }, { json });
    });
}

/** Before any look: without a token they would all be in vain. */
async function openedGithub(signal: AbortSignal) {
  const { openGithub } = await import("../pipelines/drivers/github.ts");
  return openGithub(process.env, { signal });
}

const isGood = ({ verdict }: DriftLook, strict: boolean): boolean =>
  verdict !== "failed" && !(strict && verdict === "drifted");

/** Colours only tell again what the words say. */
function coloured(line: string): string {
  if (/^(- {3}GONE|\S+: FAILED)/.test(line)) return pc.red(line);
  return /^~ {3}/.test(line) ? pc.yellow(line) : line;
}
