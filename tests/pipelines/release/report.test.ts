// What a person reads after a release was made.
import { expect, it } from "vitest";
import { reportRelease } from "../../../pipelines/release/report.ts";
import { aManifest } from "../../support/manifest.ts";

it("says what was made, from what, by whom, with what", () => {
  const manifest = aManifest({ commit: "0123456789abcdef", bytes: 1_234_567, config: { SLOW: "80" } });
  expect(reportRelease({ manifest, kept: false })).toEqual([
    "app r1 is built and stored",
    `  digest ${manifest.digest} (1.2 MB), commit 0123456789, built by ada`,
    `  with SLOW=80 (configuration ${manifest.configHash})`,
  ]);
});

it("says when nothing changed", () => {
  const lines = reportRelease({ manifest: aManifest(), kept: true });
  expect(lines[0]).toBe("app r1 exists already, unchanged");
  expect(lines[1]).toContain("(2 kB), no commit");
  expect(lines).toHaveLength(2);
});

it("says where the team finds it", () => {
  const lines = reportRelease({ manifest: aManifest(), kept: false }, "team-state");
  expect(lines.at(-1)).toBe("  shared with the team in the bucket team-state");
});
