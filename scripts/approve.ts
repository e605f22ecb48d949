// surefoot approve: shows the plan of a change, and signs it with your SSH key.
import { planLeg } from "../pipelines/delivery/leg-plan.ts";
import { takePins } from "../pipelines/environment/pin-branch.ts";
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import type { Workspace } from "../pipelines/environment/workspace.ts";
import { Refusal } from "../pipelines/errors.ts";
import { noticeOfSigned } from "../pipelines/notify/environment.ts";
import { notifierOf } from "../pipelines/notify/open.ts";
import { approve } from "../pipelines/review/approve.ts";
import { verdictOn } from "../pipelines/review/judge.ts";
import { propose } from "../pipelines/review/propose.ts";
import type { Proposal } from "../pipelines/review/propose.ts";
import { approvedText, proposalText } from "../pipelines/review/report.ts";
import { confirmed, goodReason, namedRelease } from "../pipelines/review/order.ts";
import { pinBranchOf, pinsOption } from "./pin-options.ts";
import { finish, gathered, interruptible, repo, say, verb } from "./verb.ts";

const each = (text: string, before: ReturnType<typeof namedRelease>[] = []) => [
  ...before,
  namedRelease(text),
];

export function approveCommand() {
  return verb("approve")
    .description(
      "show the plan of a change and sign it: it is carried out only as long as nothing of it differs",
    )
    .argument("<environment>", "such as prod")
    .option(
      "--release <service=release>",
      "a release that is rolled out with it; again for each; without any, those that a push would bring",
      each,
    )
    .option("--infra-only", "no release: what surefoot up would do")
    .option("--releases-only", "no infra plane: what surefoot deploy would do")
    .option("--acknowledge <name>", "this holds data and may go; again for each", gathered)
    .option("--plan", "show the plan and its digest, sign nothing")
    .option("--digest <digest>", "sign only this plan; needed where nobody is at the terminal")
    .option("--key <path>", "SSH key to sign with (default: the one that git signs with, or your agent's)")
    .option("--as <principal>", "as which name of environments/approvers, where the key has several")
    .option("--reason <text>", "why; it is signed and goes into the ledger")
    .option("--yes", "at a terminal: do not ask", false)
    .addOption(pinsOption())
    .addHelpText(
      "after",
      "\nExamples:\n  $ surefoot approve prod --plan\n  $ surefoot approve prod --release server=r2 --reason 'looked at the diff'\n  $ surefoot approve prod --infra-only --digest sha256:... --reason 'resize'\n",
    )
    .action(async (id, options) => {
      const { release: named = [], acknowledge: acknowledged = [], infraOnly, releasesOnly } = options;
      if ((infraOnly && (releasesOnly || named.length > 0)) || (releasesOnly && named.length === 0))
        throw scopeUnclear();
      // Before the plan is made, which takes a while.
      const reason = options.plan ? "" : goodReason(options.reason);
      const pins = pinBranchOf(options.pins);
      using workspace = await openWorkspace(repo, id);
      if (workspace.name.local) throw rehearsal(workspace);
      await takePins(workspace, pins);
      const signal = interruptible(`surefoot approve ${id}`);
      const releases = named.length > 0 || infraOnly ? named : await delivered(workspace, signal);
      const proposal = await propose(workspace, {
        infra: releasesOnly !== true,
        releases,
        acknowledged,
        signal,
      });
      const text = proposalText(proposal);
      if (options.plan) return finish({ document: documentOf(proposal), lines: text, ok: true }, options);
      for (const line of text) say(line);
      const asks = process.stdin.isTTY && options.json !== true;
      await confirmed(proposal, {
        digest: options.digest,
        yes: asks && options.yes,
        ask: asks ? atTerminal : undefined,
      });
      const { key, as } = options;
      const order = { key, as, acknowledged, reason, tell: (words: string) => process.stderr.write(words) };
      await using notifier = notifierOf(workspace, { env: process.env, warn: say });
      const approval = await approve(workspace, proposal, order);
      const after = documentOf({ ...proposal, verdict: await verdictOn(workspace, proposal) });
      notifier.tell(noticeOfSigned(approval, after));
      finish({ document: { approval, ...after }, lines: approvedText(approval, after), ok: true }, options);
    });
}

/** What surefoot deliver would roll out: what people approve where they say no more. */
async function delivered(
  workspace: Workspace,
  signal: AbortSignal,
): Promise<ReturnType<typeof namedRelease>[]> {
  const { releases } = await planLeg(workspace, { builds: false, say, signal });
  return releases.map(({ service, target }) => ({ service, release: target.release }));
}

const documentOf = ({ digest, plan, people, verdict, ground }: Proposal) => ({
  digest,
  plan,
  authors: [...new Set(people.authors.values())],
  needed: ground.policy.people,
  agreed: verdict.people,
});

async function atTerminal(message: string): Promise<boolean> {
  const { confirm, isCancel } = await import("@clack/prompts");
  const answer = await confirm({ message, output: process.stderr, initialValue: false });
  return !isCancel(answer) && answer;
}

function scopeUnclear(): Refusal {
  return new Refusal("E_USAGE", {
    what: "--infra-only is without releases, --releases-only is with them and without the infra plane",
    state: "nothing was approved",
    next: "surefoot approve --help",
  });
}

function rehearsal({ name }: Workspace): Refusal {
  return new Refusal("E_USAGE", {
    what: `${name.id} is a rehearsal: nobody has to approve it`,
    state: "nothing was approved",
    next: `surefoot up ${name.id}`,
  });
}
