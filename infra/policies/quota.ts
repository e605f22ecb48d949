// How large things may become by a plan: a slip of a finger must not order a data centre.

export interface Quota {
  /** Nodes of one fleet, at most. */
  fleetNodes: number;
  /** Families of machines, without the `db.` of databases. */
  families: readonly string[];
  /** The largest size of a machine. */
  largest: string;
  /** Space of one database or volume, in GiB, at most. */
  storageGiB: number;
}

export const defaultQuota: Quota = {
  fleetNodes: 200,
  families: "t3 t3a t4g m6i m6a m6g m7i m7a m7g m8g c6i c6a c6g c7i c7a c7g c8g r6i r6g r7i r7g r8g".split(
    " ",
  ),
  largest: "8xlarge",
  storageGiB: 16_384,
};

const sizes = ["nano", "micro", "small", "medium", "large", "xlarge"];

/** A number that grows with the size: `nano` is 0, `xlarge` 5, `8xlarge` 13; infinite for one nobody can place. */
export function sizeRank(size: string): number {
  const known = sizes.indexOf(size);
  if (known !== -1) return known;
  const times = /^(\d{1,3})xlarge$/.exec(size)?.[1];
  return times === undefined ? Number.POSITIVE_INFINITY : sizes.length - 1 + Number(times);
}
