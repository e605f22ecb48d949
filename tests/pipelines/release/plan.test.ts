// Planned names and refused wishes, without building anything.
import { expect, it } from "vitest";
import { manifestOf, nameOf, planRelease } from "../../../pipelines/release/plan.ts";
import type { ReleaseRequest } from "../../../pipelines/release/plan.ts";
import { manifestSchema } from "../../../pipelines/release/manifest.ts";
import { refusalOf } from "../../support/refusal.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const digest = `sha256:${"fedcba9876543210".repeat(4)}`;
const request = (change: Partial<ReleaseRequest> = {}): ReleaseRequest => ({
  service: { name: "app", source: "app", build: "true", start: "node main.mjs", needs: {} },
  set: {},
  commit,
  dirty: false,
  ...change,
});

it.each<[what: string, change: Partial<ReleaseRequest>, name: string, version: string]>([
  ["a wish", { release: "r1", dirty: true }, "r1", "r1"],
  ["a clean commit", {}, "0123456789", "0123456789"],
  ["a changed checkout", { dirty: true }, "0123456789-fedcba98", "0123456789-dirty"],
  ["no git", { commit: null, dirty: true }, "fedcba987654", "untracked"],
])("names a release by %s", (_what, change, name, version) => {
  const plan = planRelease(request(change));
  expect([nameOf(plan, digest), plan.version]).toEqual([name, version]);
});

it("makes a valid manifest", () => {
  const plan = planRelease(request({ set: { REGION: "eu" } }));
  const manifest = manifestOf(plan, { digest, bytes: 10 }, { by: "ada", at: new Date(0) });
  expect(manifestSchema.parse(manifest)).toEqual(manifest);
});

it.each(["R1", "", ".r1", "-r1", "r 1", "r1/..", "r".repeat(42), "r1\n"])(
  "refuses the name %j",
  (release) => {
    expect(refusalOf(() => planRelease(request({ release }))).code).toBe("E_RELEASE_NAME");
  },
);

it("refuses defaults that no node could be given, all at once", () => {
  const set = { PORT: "1", "a-b": "x", LINES: "a\nb", FINE: "1", ...JSON.parse('{"__proto__": "x"}') };
  const refusal = refusalOf(() => planRelease(request({ set })));
  expect(refusal.code).toBe("E_RELEASE_CONFIG");
  expect(refusal.details.toSorted()).toEqual([
    '"__proto__" is not a key such as IMAGE_HOST',
    '"a-b" is not a key such as IMAGE_HOST',
    "LINES holds a line break or NUL",
    "PORT: the node sets this key itself",
  ]);
});
