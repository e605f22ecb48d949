// surefoot rehearse-push: what `npm run rehearse:push` runs. git push through three environments on this machine, then a broken one.
import { pushText } from "../pipelines/rehearsal/push-report.ts";
import { rehearsePush } from "../pipelines/rehearsal/push.ts";
import { finish, interruptible, repo, say, verb } from "./verb.ts";

export function rehearsePushCommand() {
  return verb("rehearse-push")
    .description("push a good and a broken change through dev, staging and prod, all on this machine")
    .action(async (options) => {
      const signal = interruptible("surefoot rehearse-push");
      const result = await rehearsePush(repo, { say, signal });
      finish({ document: result, lines: pushText(result), ok: result.worked }, options);
    });
}
