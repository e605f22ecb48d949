// The command line: one sub-command a file, and the only place that catches, prints and sets the exit code.
import { Command, CommanderError } from "@commander-js/extra-typings";
import pc from "picocolors";
import { Refusal } from "../pipelines/errors.ts";
import { printable } from "../pipelines/ledger/printable.ts";
import { registerSecret, secretsOf } from "../pipelines/masking/registered.ts";
import { maskText } from "../pipelines/masking/secrets.ts";
import { approvalsCommand } from "./approvals.ts";
import { approveCommand } from "./approve.ts";
import { checkCommand } from "./check.ts";
import { contractsCommand } from "./contracts.ts";
import { deliverCommand } from "./deliver.ts";
import { deployCommand } from "./deploy.ts";
import { doctorCommand } from "./doctor.ts";
import { downCommand } from "./down.ts";
import { driftCommand } from "./drift.ts";
import { initCommand } from "./init.ts";
import { ledgerCommand } from "./ledger.ts";
import { previewCommand } from "./preview.ts";
import { promoteCommand } from "./promote.ts";
import { rehearsePushCommand } from "./rehearse-push.ts";
import { rehearseCommand } from "./rehearse.ts";
import { releaseCommand } from "./release.ts";
import { remoteCommand } from "./remote.ts";
import { rollbackCommand } from "./rollback.ts";
import { statusCommand } from "./status.ts";
import { unlockCommand } from "./unlock.ts";
import { upCommand } from "./up.ts";

const program = new Command("surefoot")
  .description("Environments from one description; releases in waves, judged, rolled back by themselves.")
  .version("0.1.0")
  .addHelpText(
    "after",
    "\nEnvironments: prod is the real one, local/prod is prod rehearsed on this machine.\nExit codes: 0 done, 1 refused or failed, 2 usage.\n",
  );

for (const command of [
  rehearseCommand(),
  rehearsePushCommand(),
  initCommand(),
  checkCommand(),
  previewCommand(),
  upCommand(),
  releaseCommand(),
  deployCommand(),
  promoteCommand(),
  approveCommand(),
  approvalsCommand(),
  contractsCommand(),
  rollbackCommand(),
  deliverCommand(),
  remoteCommand(),
  statusCommand(),
  driftCommand(),
  ledgerCommand(),
  doctorCommand(),
  unlockCommand(),
  downCommand(),
]) {
  program.addCommand(command as unknown as Command);
}

// Commander would exit on its own, with 1 for a wrong flag.
for (const command of [program, ...program.commands])
  command.exitOverride().showHelpAfterError("(--help shows how)");

// What other tools call it; by spelling alone, destroy would be taken for deploy.
const elsewhere: Record<string, string> = {
  destroy: "down",
  delete: "down",
  remove: "down",
  plan: "preview",
  diff: "preview",
  apply: "up",
  list: "status",
};
program.configureOutput({
  outputError: (text, write) => {
    const meant = elsewhere[/unknown command '([^']+)'/.exec(text)?.[1] ?? ""];
    write(
      meant === undefined ? text : text.replace(/\n(\(Did you mean .*\)\n)?/, `\n(Did you mean ${meant}?)\n`),
    );
  },
});

// Whoever reads our output may leave early (`| head`); what was begun is ended all the same.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

for (const value of secretsOf(process.env)) registerSecret(value);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}

function tell(error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const told = refusalOf(error);
  const { code } = told;
  const [message, state, next] = [told.message, told.state, told.next].map(maskText) as [
    string,
    string,
    string,
  ];
  const details = told.details.map(maskText);
  if (process.argv.includes("--json")) {
    const document = { error: { code, what: message, state, next, details } };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }
  // Commander has said it already, with the usage.
  if (error instanceof CommanderError) return 2;
  const lines = [
    `${pc.red(code)} ${printable(message)}`,
    ...details.map((line) => `  ${printable(line)}`),
    `Now: ${printable(state)}`,
    `Next: ${printable(next)}`,
  ];
  process.stderr.write(`${lines.join("\n")}\n`);
  if (process.argv.includes("--debug"))
    process.stderr.write(
      `${maskText(`${(error as Error).stack}\n${String((error as Error).cause ?? "")}`)}\n`,
    );
  return code === "E_USAGE" ? 2 : 1;
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof CommanderError) {
    const what = error.message.replace(/^error: /, "");
    return new Refusal("E_USAGE", { what, state: "nothing was touched", next: "the same verb with --help" });
  }
  return new Refusal("E_BUG", {
    what: `Surefoot itself failed: ${error instanceof Error ? error.message : String(error)}`,
    state: "unknown; `surefoot status <environment>` shows it",
    next: "run it again with --debug and report what it prints",
  });
}
