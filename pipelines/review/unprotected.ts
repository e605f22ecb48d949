// Whether an environment under review may be taken away: only once people agreed to a change that ends its protection, and it was carried out.
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { infraPart, readDelivered } from "./delivered.ts";
import type { Delivered, DeliveredPart } from "./delivered.ts";
import { demands, strictest } from "./ranges.ts";

/**
 * The commit that said `protection: false` and was carried out; null where nobody has to agree, and where there is nothing to take
 * away. Refuses with E_PROTECTED: what is checked out counts for nothing before it was carried out. `state`: version of the engine's.
 */
export async function mustBeUnprotected(
  { name, description, store }: Pick<Workspace, "name" | "description" | "store">,
  state: () => Promise<string>,
): Promise<string | null> {
  if (name.local) return null;
  const delivered = await readDelivered(store, name.id);
  const { parts } = delivered;
  // All of it would end, so the rules of every part count.
  const rules = [description.approval, ...Object.values(parts).map(({ approval }) => approval)];
  if (!rules.some(demands)) return null;
  const last = parts[infraPart];
  // The infra plane may ask nobody where a release does: one person alone could say there that all of it is not protected.
  const least = rules.some(({ people }) => people > 0) ? 1 : 0;
  if (last?.protection === false && last.by !== undefined && last.by.length >= least) return last.commit;
  if (last === undefined && (await state()) === "none") return null;
  throw stillProtected(name.id, last, wayOut(description, delivered));
}

/** Nobody can agree to a change of the infra plane where no rule of its own asks for people. */
function wayOut({ approval }: Pick<Workspace["description"], "approval">, delivered: Delivered): string {
  const { people } = strictest(delivered, { infra: true, sources: [] }, approval);
  return people > 0 ? "protection: false" : "protection: false and approval: { people: 1 }";
}

function stillProtected(environment: string, last: DeliveredPart | undefined, written: string): Refusal {
  const what =
    last === undefined
      ? `${environment} needs people to agree, and no change of it that says protection: false was ever carried out`
      : last.protection === false
        ? `${environment} needs people to agree, and nobody agreed to the change of it that says protection: false`
        : `${environment} was last carried out as protected, and it needs people to agree that it is not`;
  return new Refusal("E_PROTECTED", {
    what,
    state: "nothing was touched",
    next: `if it is really to go: write ${written}, commit it, surefoot approve ${environment} --infra-only --reason '<why>', surefoot up ${environment}, then: surefoot down ${environment} --destroy ${environment}`,
    details: last === undefined ? [] : [`last carried out: ${last.commit} at ${last.at}`],
  });
}
