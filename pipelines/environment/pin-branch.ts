// An environment's pins and the branch that they are kept on. Those of a rehearsal are on none.
import { commitPins, pullPins } from "../drivers/pin-commits.ts";
import type { PinBranch } from "../drivers/pin-commits.ts";
import type { Workspace } from "./workspace.ts";

type Place = Pick<Workspace, "repo" | "name">;

/** Takes the branch's pins over, before any is read. `branch`: null where pins stay in the work tree. Refuses with E_PINS_PUSH. */
export async function takePins({ repo, name }: Place, branch: PinBranch | null): Promise<void> {
  if (branch !== null && !name.local) await pullPins(repo, branch);
}

/** Commits the pins as they are now to the branch. Refuses with E_PINS_PUSH. */
export async function keepPins(
  { repo, name }: Place,
  branch: PinBranch | null,
  message: string,
): Promise<void> {
  if (branch !== null && !name.local)
    await commitPins(repo, branch, { environment: name.description, message });
}
