// surefoot doctor: is this machine ready? Every failed check at once.
import { doctorText } from "../pipelines/environment/report.ts";
import { examine } from "../pipelines/environment/doctor.ts";
import { finish, repo, verb } from "./verb.ts";

export function doctorCommand() {
  return verb("doctor")
    .description("check this machine and this clone: tools, engine, disk, store, descriptions")
    .addHelpText("after", "\nExample:\n  $ surefoot doctor\n")
    .action(async (options) => {
      const checks = await examine(repo);
      const ok = checks.every((check) => check.ok);
      finish({ document: { ok, checks }, lines: doctorText(checks), ok }, options);
    });
}
