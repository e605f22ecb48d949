// surefoot check: are the descriptions right? Every complaint at once, before anything is touched.
import { join } from "node:path";
import { complaintText } from "../environments/complaint.ts";
import type { Complaint } from "../environments/complaint.ts";
import { loadDescription } from "../environments/loader.ts";
import { loadTogether } from "../environments/together.ts";
import { pinsFolder } from "../pipelines/drivers/git-history.ts";
import { openPins } from "../pipelines/drivers/pins.ts";
import { nameOf } from "../pipelines/environment/describe.ts";
import { Refusal } from "../pipelines/errors.ts";
import { summariseStep } from "../pipelines/github/summary.ts";
import { finish, repo, say, verb } from "./verb.ts";

export function checkCommand() {
  return verb("check")
    .description("check the descriptions of environments: all of them, or the named ones")
    .argument("[environments...]", "such as prod or local/prod")
    .addHelpText("after", "\nExamples:\n  $ surefoot check\n  $ surefoot check prod --json\n")
    .action((names, options) => {
      const folder = join(repo, "environments");
      const all = loadTogether(folder);
      const wanted = names.length > 0 ? names.map((id) => nameOf(repo, id).description) : [...all.keys()];
      const checked = [...new Set(wanted)].map((name) => {
        const loaded = all.get(name) ?? loadDescription(folder, name);
        const complaints = [...(loaded.ok ? [] : loaded.complaints), ...pinComplaints(name)];
        return {
          environment: name,
          ok: complaints.length === 0,
          complaints,
          warnings: loaded.ok ? loaded.warnings : [],
        };
      });
      const ok = checked.every((one) => one.ok);
      const lines = checked.flatMap(({ environment, complaints, warnings }) => [
        ...complaints.map(complaintText),
        ...warnings.map((warning) => `${environment}: warning: ${complaintText(warning)}`),
        `${environment}: ${complaints.length === 0 ? "right" : `${complaints.length} to mend`}`,
      ]);
      summariseStep(process.env, lines, say);
      finish({ document: { ok, environments: checked }, lines, ok }, options);
    });
}

/** Pins come with a commit too: those that nobody could read are told before anything is delivered. */
function pinComplaints(name: string): Complaint[] {
  const file = `${pinsFolder}/${name}.json`;
  try {
    openPins(join(repo, file)).all();
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const message = `${error.message.replace(`${join(repo, file)} `, "")}; ${error.next}`;
    return [{ file, line: 1, column: 1, path: "", rule: "pins", message }];
  }
}
