// surefoot check: are the descriptions right? Every complaint at once, before anything is touched.
import { join } from "node:path";
import { complaintText } from "../environments/complaint.ts";
import { loadDescription } from "../environments/loader.ts";
import { loadTogether } from "../environments/together.ts";
import { nameOf } from "../pipelines/environment/describe.ts";
import { finish, repo, verb } from "./verb.ts";

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
        return {
          environment: name,
          ok: loaded.ok,
          complaints: loaded.ok ? [] : loaded.complaints,
          warnings: loaded.ok ? loaded.warnings : [],
        };
      });
      const ok = checked.every((one) => one.ok);
      const lines = checked.flatMap(({ environment, complaints, warnings }) => [
        ...complaints.map(complaintText),
        ...warnings.map((warning) => `warning: ${complaintText(warning)}`),
        `${environment}: ${complaints.length === 0 ? "right" : `${complaints.length} to mend`}`,
      ]);
      finish({ document: { ok, environments: checked }, lines, ok }, options);
    });
}
