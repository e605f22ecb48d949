// May a release go on? Every reason that stands in the way, one after another, and what lifts it.
import { describe, expect, test } from "vitest";
import { eligible, verifiedAt } from "../../../pipelines/promotion/eligible.ts";
import type { EligibleFacts } from "../../../pipelines/promotion/eligible.ts";
import { aDeployable } from "../../support/rollout.ts";

const noon = Date.parse("2026-11-22T12:00:00.000Z");
const ago = (seconds: number): string => new Date(noon - seconds * 1000).toISOString();
const r = (release: string) => aDeployable(release);

/** r2 runs upstream, verified an hour ago; r1 runs here. */
const facts = (change: Partial<EligibleFacts> = {}): EligibleFacts => ({
  service: "app",
  environment: "prod",
  upstream: "staging",
  there: { current: r("r2"), history: [r("r1")], verifiedAt: ago(3600) },
  here: { current: r("r1"), history: [], verifiedAt: ago(7200) },
  now: noon,
  soak: 1800,
  hotfix: false,
  liftHold: false,
  ...change,
});
const hold = (release: string, all = false) => ({ release, all, since: ago(60), reason: "it was slow" });

test("what was verified and has soaked upstream may go on", () => {
  expect(eligible(facts())).toEqual({ ok: true, release: "r2", record: r("r2") });
  expect(eligible(facts({ release: "r2" }))).toMatchObject({ ok: true });
});

describe("does not go", () => {
  test.each<[string, Partial<EligibleFacts>, string | null, RegExp]>([
    ["nothing upstream", { there: { current: null, history: [] } }, "E_NOT_PROMOTED", /runs no release/],
    [
      "not verified there yet",
      { there: { current: r("r2"), history: [] } },
      "E_NOT_PROMOTED",
      /not verified there yet/,
    ],
    ["never seen there", { release: "r9" }, "E_NOT_PROMOTED", /runs r2 of app, not r9/],
    [
      "replaced there, and nobody wrote down for how long it was good",
      {
        release: "r3",
        there: { current: r("r4"), history: [r("r3")], verifiedAt: ago(60) },
      },
      "E_NOT_PROMOTED",
      /ran in staging before r4/,
    ],
    [
      "went back upstream: a promotion does not go back by itself",
      {
        there: { current: r("r1"), history: [], verifiedAt: ago(3600), hold: hold("r2", true) },
        here: { current: r("r2"), history: [r("r1")], verifiedAt: ago(7200) },
      },
      "E_NOT_PROMOTED",
      /does not go back by itself/,
    ],
    [
      "rolled back here",
      { here: { current: r("r1"), history: [], hold: hold("r2") } },
      "E_HOLD",
      /r2 was rolled back in prod at .*it was slow/,
    ],
    [
      "a person went back here, so nothing comes",
      { here: { current: r("r1"), history: [], hold: hold("r0", true) } },
      "E_HOLD",
      /held in prod .*somebody went back from r0/,
    ],
    [
      "rolled back upstream",
      {
        release: "r3",
        there: { current: r("r2"), history: [], verifiedAt: ago(3600), hold: hold("r3") },
      },
      "E_HOLD",
      /r3 was rolled back in staging/,
    ],
    [
      "runs here already",
      { here: { current: r("r2"), history: [], verifiedAt: ago(1) } },
      null,
      /runs app r2 already/,
    ],
  ])("%s", (_why, change, code, why) => {
    const found = eligible(facts(change));
    expect(found).toMatchObject({ ok: false, code });
    expect(!found.ok && found.why).toMatch(why);
    expect(!found.ok && found.next).toMatch(/surefoot /);
  });

  test("while it soaks, to the second, and it says until when", () => {
    const there = { current: r("r2"), history: [], verifiedAt: ago(1799) };
    const found = eligible(facts({ there }));
    expect(found).toMatchObject({ ok: false, code: "E_SOAK", at: new Date(noon + 1000).toISOString() });
    expect(eligible(facts({ there, now: noon + 1000 }))).toMatchObject({ ok: true });
    expect(eligible(facts({ there, soak: 0 }))).toMatchObject({ ok: true });
  });

  test("another machine's clock that runs ahead makes it soak longer, never shorter", () => {
    const there = { current: r("r2"), history: [], verifiedAt: ago(-600) };
    expect(eligible(facts({ there }))).toMatchObject({
      code: "E_SOAK",
      at: new Date(noon + 2_400_000).toISOString(),
    });
  });
});

test("a release goes on though another config of it was taken back upstream, where it runs with the one before", () => {
  const there = { current: r("r2"), history: [], verifiedAt: ago(3600), hold: hold("r2") };
  expect(eligible(facts({ there }))).toMatchObject({ ok: true, release: "r2" });
});

test("a rollout that did not end here goes on: its release is pinned, but not whole", () => {
  expect(eligible(facts({ here: { current: r("r2"), history: [r("r1")] } }))).toMatchObject({ ok: true });
});

test("one whose config was changed and whose rollout did not end is no way back", () => {
  const here = { current: r("r2"), history: [aDeployable("r2", { id: "r2+11111111" }), r("r1")] };
  expect(eligible(facts({ here }))).toMatchObject({ ok: true });
});

test("the same name with other bytes is another release", () => {
  const other = aDeployable("r2", { digest: `sha256:${"b".repeat(64)}` });
  const here = { current: other, history: [], verifiedAt: ago(60) };
  expect(eligible(facts({ here }))).toMatchObject({ ok: true });
});

test("one that has soaked and was then replaced upstream may go on by its name", () => {
  const past = { ...r("r2"), verifiedAt: ago(3600), until: ago(60) };
  const there = { current: r("r3"), history: [past], verifiedAt: ago(60) };
  expect(eligible(facts({ there, release: "r2" }))).toMatchObject({ ok: true, record: { id: r("r2").id } });
  expect(verifiedAt({ there }, "r2")).toBe(ago(3600));
  const short = { ...past, until: ago(3500) };
  expect(eligible(facts({ there: { ...there, history: [short] }, release: "r2" }))).toMatchObject({
    code: "E_NOT_PROMOTED",
  });
  expect(eligible(facts({ there }))).toMatchObject({ code: "E_SOAK", release: "r3" });
});

describe("a hotfix", () => {
  test.each<[string, Partial<EligibleFacts>]>([
    ["not verified", { there: { current: r("r2"), history: [] } }],
    ["still soaking", { there: { current: r("r2"), history: [], verifiedAt: ago(1) } }],
    ["never upstream", { release: "r9" }],
  ])("goes although it is %s", (_why, change) => {
    expect(eligible(facts({ ...change, hotfix: true }))).toMatchObject({ ok: true });
  });

  test("has no record of a release that never ran upstream", () => {
    expect(eligible(facts({ release: "r9", hotfix: true }))).toEqual({
      ok: true,
      release: "r9",
      record: null,
    });
  });

  test("does not lift a hold; a person who says so does, and then the soak still counts", () => {
    const here = { current: r("r1"), history: [], hold: hold("r2") };
    expect(eligible(facts({ here, hotfix: true }))).toMatchObject({ code: "E_HOLD" });
    expect(eligible(facts({ here, liftHold: true }))).toMatchObject({ ok: true });
    expect(eligible(facts({ here, liftHold: true, soak: 36_000 }))).toMatchObject({ code: "E_SOAK" });
  });
});
