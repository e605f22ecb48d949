// surefoot approvals: who approved what, whether it still counts, and taking an approval or a key back.
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { listApprovals, revokeApproval } from "../pipelines/review/approvals.ts";
import { goodReason } from "../pipelines/review/order.ts";
import { approvalsText } from "../pipelines/review/report.ts";
import { finish, interruptible, repo, verb } from "./verb.ts";

export function approvalsCommand() {
  return verb("approvals")
    .description("list approvals: valid, expired, revoked, used or void, and why; or take one back")
    .argument("<environment>", "such as prod")
    .option("--revoke <id>", "take this approval back, or all that a key signed: SHA256:...")
    .option("--reason <text>", "why it is taken back; goes into the ledger")
    .addHelpText(
      "after",
      "\nExamples:\n  $ surefoot approvals prod\n  $ surefoot approvals prod --revoke 0b8f6d5e-... --reason 'wrong size'\n  $ surefoot approvals prod --revoke SHA256:... --reason 'laptop was stolen'\n",
    )
    .action(async (id, { revoke: what, reason, json }) => {
      const why = what === undefined ? "" : goodReason(reason, "revocation");
      using workspace = await openWorkspace(repo, id);
      if (what !== undefined) {
        const result = await revokeApproval(workspace, { what, reason: why });
        const line = `${result.revoked} ${result.already ? "was revoked before" : "is revoked"}`;
        return finish({ document: result, lines: [line], ok: true }, { json });
      }
      const list = await listApprovals(workspace, interruptible(`surefoot approvals ${id}`));
      finish({ document: list, lines: approvalsText(list), ok: true }, { json });
    });
}
