// surefoot doctor: is this machine ready, and an environment's account or machines? Every failed check at once.
import { doctorText } from "../pipelines/environment/report.ts";
import { examine } from "../pipelines/environment/doctor.ts";
import { examineEnvironment } from "../pipelines/environment/doctor/environment.ts";
import { finish, repo, verb } from "./verb.ts";

export function doctorCommand() {
  return verb("doctor")
    .description(
      "check this machine and this clone; with an environment also its credentials, quotas, state, machines",
    )
    .argument("[environment]", "prod, staging, …")
    .addHelpText("after", "\nExamples:\n  $ surefoot doctor\n  $ surefoot doctor prod\n")
    .action(async (environment, options) => {
      const checks = await (environment === undefined
        ? examine(repo)
        : examineEnvironment(repo, environment));
      const ok = checks.every((check) => check.ok);
      const broken = checks.filter((check) => !check.ok).length;
      const whole = `${broken} wrong: ${environment ?? "this machine"} is not ready`;
      const lines = [...doctorText(checks), ...(ok ? [] : [whole])];
      finish({ document: { ok, checks }, lines, ok }, options);
    });
}
