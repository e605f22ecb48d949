// Which releases may be forgotten.
import { expect, it } from "vitest";
import { newestFirst, outdated } from "../../../pipelines/release/retention.ts";
import { aManifest } from "../../support/manifest.ts";

const day = (n: number, service = "app") =>
  aManifest({
    service,
    release: `r${n}`,
    builtAt: `2026-01-${String(n).padStart(2, "0")}T00:00:00Z`,
    digest: `sha256:${String(n).padStart(64, "0")}`,
  });

it("keeps the newest of each service, and whatever is pinned", () => {
  const all = [day(1), day(2), day(3), day(4), day(1, "server")];
  const old = outdated(all, new Set([day(1).digest]), 2);
  expect(old.map((m) => [m.service, m.release])).toEqual([["app", "r2"]]);
});

it("orders by moment, not by the text of the time, and by name where that is equal", () => {
  const early = aManifest({ release: "early", builtAt: "2026-01-01T00:00:00Z" });
  const late = aManifest({ release: "late", builtAt: "2026-01-01T00:00:00.500Z" });
  const twin = aManifest({ release: "twin", builtAt: "2026-01-01T00:00:00.500Z" });
  expect(newestFirst([early, late, twin]).map((m) => m.release)).toEqual(["twin", "late", "early"]);
});
