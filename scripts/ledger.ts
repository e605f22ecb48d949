// surefoot ledger: who did what, when, why and how it ended; and is the record whole?
import { Argument, InvalidArgumentError } from "@commander-js/extra-typings";
import { describe } from "../pipelines/environment/describe.ts";
import { storeOf } from "../pipelines/environment/places.ts";
import { readLedger, verifyLedger } from "../pipelines/ledger/ledger.ts";
import { filterRecords, ledgerLines, ledgerText, verificationText } from "../pipelines/ledger/report.ts";
import type { LedgerFilter } from "../pipelines/ledger/report.ts";
import { finish, repo, verb } from "./verb.ts";

export function ledgerCommand() {
  return verb("ledger")
    .description("show, export (JSON Lines) or verify the record of who did what")
    .addArgument(
      new Argument("[action]", "what to do")
        .choices(["show", "export", "verify"] as const)
        .default("show" as const),
    )
    .option(
      "--environment <name>",
      "only of this environment, such as local/prod; one with shared state: from the team's record",
    )
    .option("--service <name>", "only of this service")
    .option("--verb <verb>", "only this verb, such as deploy")
    .option("--who <who>", "only by this person, such as ann@laptop")
    .option("--outcome <outcome>", "only with this outcome, such as refused")
    .option("--since <time>", "only since then, such as 2026-11-21 or 2026-11-21T18:00Z", time)
    .option("--last <count>", "only so many, the newest", count)
    .addHelpText(
      "after",
      "\nExamples:\n  $ surefoot ledger --environment local/prod --verb deploy\n  $ surefoot ledger export > ledger.jsonl\n  $ surefoot ledger verify\n",
    )
    .action(async (action, { json, last, ...filter }) => {
      const { environment } = filter;
      // A team's record is in its bucket; without the name of an environment it is this clone's own.
      const sharing = environment === undefined ? {} : describe(repo, environment).description;
      const store = await storeOf(repo, { platform: "local", ...sharing });
      const whose = `looked at ${environment === undefined ? "this clone's own record; with --environment <name> at that environment's" : `the record that ${environment} goes into`}`;
      try {
        if (action === "verify") {
          const found = await verifyLedger(store);
          return finish(
            { document: found, lines: [...textLines(verificationText(found)), whose], ok: found.ok },
            { json },
          );
        }
        const records = filterRecords(await readLedger(store), filter as LedgerFilter).slice(
          last === undefined ? 0 : -last,
        );
        const text = action === "export" ? ledgerLines(records) : ledgerText(records);
        finish({ document: records, lines: textLines(text), ok: true, exact: action === "export" }, { json });
      } finally {
        store.close();
      }
    });
}

const textLines = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

function time(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError("not a time such as 2026-11-21T18:00Z");
  return ms;
}

function count(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("not a count");
  return Number(text);
}
