// Which releases a store may forget: all but the newest of each service and those that something still points at.
import type { Manifest } from "./manifest.ts";

/** Newest first: by build time, then by name, so that two stores agree. */
export function newestFirst(manifests: readonly Manifest[]): Manifest[] {
  return manifests.toSorted((a, b) => (momentOf(a) < momentOf(b) ? 1 : -1));
}

/** The manifests to delete; `keep` holds digests that are pinned or on a node. */
export function outdated(
  manifests: readonly Manifest[],
  keep: ReadonlySet<string>,
  keepNewest: number,
): Manifest[] {
  const byService = Map.groupBy(manifests, (m) => m.service);
  return [...byService.values()].flatMap((own) =>
    newestFirst(own)
      .slice(keepNewest)
      .filter((m) => !keep.has(m.digest)),
  );
}

function momentOf({ builtAt, release }: Manifest): string {
  return `${new Date(builtAt).toISOString()} ${release}`;
}
