// What differs between the plan that was approved and the one of now, in words that cannot do harm.
import { expect, it } from "vitest";
import { differences } from "../../../pipelines/review/compare.ts";
import { changePlan } from "../../../pipelines/review/plan.ts";
import { anUpdate } from "../../support/review-rig.ts";

const plan = (planned = [anUpdate()]) =>
  changePlan(
    {
      environment: "prod",
      commit: "a".repeat(40),
      infra: true,
      ranges: [],
      versions: { surefoot: "1", engine: "2", lockfile: "3", policies: "4" },
      state: `sha256:${"1".repeat(64)}`,
      description: "5",
      releases: [
        {
          service: "server",
          from: "r1+1",
          to: "r2+1",
          digest: `sha256:${"2".repeat(64)}`,
          content: `sha256:${"3".repeat(64)}`,
        },
      ],
      pins: [],
    },
    planned,
  );

it("tells nothing of equal plans", () => {
  expect(differences(plan(), plan())).toEqual([]);
});

it("names the property of the resource and the release, then the state and the commit", () => {
  const now = plan([anUpdate({ new: { size: 5, name: "x" } })]);
  const [release] = now.releases;
  const later = {
    ...now,
    commit: "b".repeat(40),
    state: "none",
    releases: release ? [{ ...release, to: "r3+1" }] : [],
  };
  expect(differences(plan(), later)).toEqual([
    "app-01 (surefoot:local:Node) size: approved 3 -> 4; now 3 -> 5",
    'app-01 (surefoot:local:Node) name: approved none; now nothing -> "x"',
    "release of server: approved r1+1 -> r2+1 (222222222222, with config and start 333333333333); now r1+1 -> r3+1 (222222222222, with config and start 333333333333)",
    "commit: approved aaaaaaaaaaaa; now bbbbbbbbbbbb",
    "state of the engine: approved 111111111111; now none",
  ]);
});

it("tells of resources that came or went, and of what is not shown", () => {
  expect(differences(plan(), plan([]))).toEqual([
    "app-01 (surefoot:local:Node): approved update; now unchanged",
  ]);
  const long = (end: string) => plan([anUpdate({ new: { size: 4, text: `${"a".repeat(9000)}${end}` } })]);
  expect(differences(long("x"), long("y"))).toEqual([
    "app-01 (surefoot:local:Node): differs in inputs that are too long to show",
  ]);
  expect(differences(plan(), plan([anUpdate({ protect: true })]))).toEqual([
    "app-01 (surefoot:local:Node): differs in protection or what forces its end",
  ]);
});

it("makes hostile names harmless, masks secrets, and ends somewhere", () => {
  const evil = "evil\u001b[2J\u202e";
  const many = Array.from({ length: 500 }, (_, index) =>
    anUpdate({ urn: `urn:${index}`, name: `${evil}${index}` }),
  );
  const lines = differences(plan([]), { ...plan(many), commit: "b".repeat(40) });
  expect(lines).toHaveLength(61);
  expect(lines.slice(-2)).toEqual([
    "commit: approved aaaaaaaaaaaa; now bbbbbbbbbbbb",
    "and 441 more differences",
  ]);
  for (const control of ["\u001b", "\u202e"]) expect(lines.join("")).not.toContain(control);
  const secret = { ...plan(), description: "password=hunter2" };
  expect(differences(plan(), secret).join("")).not.toContain("hunter2");
});
