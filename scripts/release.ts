// surefoot release: builds a service once, the same bytes each time, and stores it by digest.
import { describe, serviceOf } from "../pipelines/environment/describe.ts";
import { sharedPlace } from "../pipelines/environment/places.ts";
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
    .option(
      "--from <environment>",
      "whose description names the service and where the team shares it",
      "prod",
    )
    .addHelpText(
      "after",
      [
        "",
        "Where that description has `state`, the release goes to the bucket named there, and every machine of the team",
        "can deploy it; without, and with --from local/<environment>, it stays in this clone.",
        "",
        "Examples:",
        "  $ surefoot release server --release r2",
        "  $ surefoot release server --release r2 --from local/prod",
        "  $ surefoot release app --artifact app.tar --digest sha256:...",
        "",
      ].join("\n"),
    )
    .action(async (name, options) => {
      const { description } = describe(repo, options.from);
      const service = serviceOf(description, name);
      const signal = interruptible(`surefoot release ${name}`);
      say(options.artifact ? `takes ${options.artifact}` : `builds ${name} in ${service.source}`);
      const { release, set = {}, artifact, digest } = options;
      const order = { repo, service, sharing: description, release, set, archive: artifact, digest, signal };
      const made = await makeRelease(order);
      const lines = reportRelease(made, sharedPlace(description)?.bucket);
      finish({ document: made.manifest, lines, ok: true }, options);
    });
}
