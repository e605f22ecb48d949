// surefoot release: builds a service once, the same bytes each time, and stores it by digest.
import { describe, serviceOf } from "../pipelines/environment/describe.ts";
import { makeRelease } from "../pipelines/release/make.ts";
import { reportRelease } from "../pipelines/release/report.ts";
import { finish, interruptible, keyValue, repo, say, verb } from "./verb.ts";

export function releaseCommand() {
  return verb("release")
    .description("build a release of a service, or take an archive that was built elsewhere")
    .argument("<service>", "such as server")
    .option("--release <name>", "its name; by default from the commit")
    .option("--set <KEY=value>", "config that goes with the release; repeat it for more", keyValue)
    .option("--artifact <file.tar>", "take this archive instead of building")
    .option("--digest <digest>", "the archive's digest, to be checked")
    .option("--from <environment>", "whose description names the service", "prod")
    .addHelpText(
      "after",
      "\nExamples:\n  $ surefoot release server --release r2\n  $ surefoot release app --artifact app.tar --digest sha256:...\n",
    )
    .action(async (name, options) => {
      const service = serviceOf(describe(repo, options.from).description, name);
      const signal = interruptible(`surefoot release ${name}`);
      say(options.artifact ? `takes ${options.artifact}` : `builds ${name} in ${service.source}`);
      const { release, set = {}, artifact, digest } = options;
      const made = await makeRelease({ repo, service, release, set, archive: artifact, digest, signal });
      finish({ document: made.manifest, lines: reportRelease(made), ok: true }, options);
    });
}
