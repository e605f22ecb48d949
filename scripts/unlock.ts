// surefoot unlock: frees an environment whose holder is gone, and says who held it.
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { unlock } from "../pipelines/lease/claim.ts";
import { recorded } from "../pipelines/ledger/recorded.ts";
import { finish, repo, verb } from "./verb.ts";

export function unlockCommand() {
  return verb("unlock")
    .description("break the lease of an environment; its holder is fenced off from the nodes from then on")
    .argument("<environment>", "such as local/prod")
    .option("--engine", "also the engine's own lock, which a machine that is gone for good left behind")
    .option("--reason <text>", "why; goes into the ledger", "asked for")
    .addHelpText("after", "\nExample:\n  $ surefoot unlock local/prod --reason 'the laptop is gone'\n")
    .action(async (id, options) => {
      using workspace = await openWorkspace(repo, id);
      const deed = { verb: "unlock", what: `unlock ${id}`, why: options.reason };
      const held = await recorded(
        workspace,
        deed,
        () => unlock(workspace.store, id),
        (lease) => ({ outcome: "done", data: lease ?? null }),
      );
      const engine = options.engine ? await (await workspace.stack()).unlock() : [];
      const lines = [
        held ? `${id} is free; it was held by ${held.holder} (${held.reason})` : `${id} was free already`,
        ...(options.engine ? [`the engine's lock: ${engine.join(", ") || "nobody living held it"}`] : []),
      ];
      finish({ document: { environment: id, was: held ?? null, engine }, lines, ok: true }, options);
    });
}
