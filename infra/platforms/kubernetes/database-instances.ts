// How many instances of the database there are, and on which machines they may stand.
import type { Description } from "../../../environments/shape.ts";

export type Wanted = NonNullable<Description["database"]>;

/** One, one more that takes over from another zone, one more for queries; none without a database. */
export function instancesOf(wanted: Wanted | undefined): number {
  if (wanted === undefined) return 0;
  return 1 + Number(wanted.multiZone) + Number(wanted.replica);
}
