// Whether an environment under review may be taken away: only once people agreed to a change that ends its protection, and it was carried out.
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { infraPart, readDelivered } from "./delivered.ts";
import type { DeliveredPart } from "./delivered.ts";
import { demands } from "./ranges.ts";

/**
 * The commit that said `protection: false` and was carried out; null where nobody has to agree, and where there is nothing to take
 * away. Refuses with E_PROTECTED: what is checked out counts for nothing before it was carried out. `state`: version of the engine's.
 */
export async function mustBeUnprotected(
  { name, description, store }: Pick<Workspace, "name" | "description" | "store">,
  state: () => Promise<string>,
): Promise<string | null> {
  if (name.local) return null;
  const { parts } = await readDelivered(store, name.id);
  // All of it would end, so the rules of every part count.
  const rules = [description.approval, ...Object.values(parts).map(({ approval }) => approval)];
  if (!rules.some(demands)) return null;
  const last = parts[infraPart];
  if (last?.protection === false) return last.commit;
  if (last === undefined && (await state()) === "none") return null;
  throw stillProtected(name.id, last);
}

function stillProtected(environment: string, last: DeliveredPart | undefined): Refusal {
  const what =
    last === undefined
      ? `${environment} needs people to agree, and no change of it that says protection: false was ever carried out`
      : `${environment} was last carried out as protected, and it needs people to agree that it is not`;
  return new Refusal("E_PROTECTED", {
    what,
    state: "nothing was touched",
    next: `if it is really to go: write protection: false, commit it, surefoot approve ${environment} --infra-only --reason '<why>', surefoot up ${environment}, then: surefoot down ${environment} --destroy ${environment}`,
    details: last === undefined ? [] : [`last carried out: ${last.commit} at ${last.at}`],
  });
}
