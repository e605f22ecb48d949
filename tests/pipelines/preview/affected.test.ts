// Tests which environments a change reaches: by description, by import, by pin; all of them when in doubt, none for a page of docs.
import { expect, it } from "vitest";
import { reachedBy } from "../../../pipelines/preview/affected.ts";
import type { EnvironmentFacts, Platform } from "../../../pipelines/preview/affected.ts";

const environment = (
  name: string,
  platform: Platform,
  more: Partial<EnvironmentFacts> = {},
): EnvironmentFacts => ({
  name,
  platform,
  described: [`environments/${name}.yaml`, "environments/base.yaml"],
  reads: [],
  sources: ["examples/app", "game"],
  opaque: null,
  ...more,
});
const all = [
  environment("prod", "aws"),
  environment("edge", "kubernetes"),
  environment("lab", "ssh", { described: ["environments/lab.yaml"], reads: ["lab/ssh_config"] }),
];
const graphs = new Map<Platform, ReadonlySet<string> | null>([
  ["aws", new Set(["infra/index.ts", "infra/platforms/aws/fleet.ts", "infra/platforms/kubernetes/pods.ts"])],
  [
    "kubernetes",
    new Set([
      "infra/index.ts",
      "infra/platforms/kubernetes/pods.ts",
      "infra/platforms/kubernetes/ingress.ts",
    ]),
  ],
  ["ssh", new Set(["infra/index.ts", "infra/platforms/ssh/script.ts", "infra/platforms/local/provider.ts"])],
]);
const reached = (paths: string[] | null, environments = all) =>
  reachedBy({ paths, environments, graphs })
    .filter(({ affected }) => affected)
    .map((one) => one.environment);

it.each<[string, string[]]>([
  ["README.md", []],
  ["infra/README.md", []],
  ["tests/a.test.ts", []],
  ["examples/app/main.ts", []],
  ["game/server.go", []],
  [".github/workflows/deploy.yml", []],
  ["environments/approvers", []],
  ["environments/prod.yaml", ["prod"]],
  ["environments/base.yaml", ["prod", "edge"]],
  ["environments/removed.yaml", []],
  ["environments/releases/prod.json", ["prod"]],
  ["environments/shape.ts", ["prod", "edge", "lab"]],
  ["environments/unheard-of", ["prod", "edge", "lab"]],
  ["infra/platforms/aws/fleet.ts", ["prod"]],
  ["infra/platforms/kubernetes/pods.ts", ["prod", "edge"]],
  ["infra/platforms/kubernetes/ingress.ts", ["edge"]],
  // Read or started at run time: beside the program, or shared by all.
  ["infra/platforms/kubernetes/drain.sh", ["prod", "edge"]],
  ["infra/platforms/local/edge-process.ts", ["lab"]],
  ["infra/platforms/node.sh", ["prod", "edge", "lab"]],
  ["infra/policies/tags.ts", ["prod", "edge", "lab"]],
  ["infra/index.ts", ["prod", "edge", "lab"]],
  ["pipelines/drivers/stack.ts", ["prod", "edge", "lab"]],
  ["package-lock.json", ["prod", "edge", "lab"]],
  ["package.json", ["prod", "edge", "lab"]],
  ["Pulumi.yaml", ["prod", "edge", "lab"]],
  ["something/new", ["prod", "edge", "lab"]],
  ["lab/ssh_config", ["prod", "edge", "lab"]],
])("%s reaches %j", (path, expected) => {
  expect(reached([path])).toEqual(expected);
});

it("reaches all when nobody knows what was changed, and none when nothing was", () => {
  expect(reached(null)).toEqual(["prod", "edge", "lab"]);
  expect(reached([])).toEqual([]);
});

it("reaches what it cannot judge: an unreadable description, a program that does not bundle, machines that a command lists", () => {
  const unsure = [
    environment("broken", "aws", { platform: null }),
    environment("unbundled", "local"),
    environment("listed", "ssh", { opaque: "a command lists its machines" }),
  ];
  expect(reached(["README.md"], unsure)).toEqual(["broken", "listed"]);
  expect(reached(["infra/platforms/aws/fleet.ts"], unsure)).toEqual(["broken", "unbundled", "listed"]);
});

it("says why, for what is skipped too", () => {
  const [prod, edge] = reachedBy({
    paths: ["a.md", "environments/prod.yaml", "infra/platforms/aws/fleet.ts"],
    environments: all,
    graphs,
  });
  expect(prod?.why).toBe("environments/prod.yaml and 1 more changed");
  expect(edge?.why).toBe("none of the 3 changed files reaches it");
  expect(reachedBy({ paths: ["\u202Ea.md"], environments: all, graphs })[0]?.why).toBe(
    "\\u{202e}a.md does not reach it",
  );
});

it("is not fooled by a service whose source is where programs lie", () => {
  const wide = [environment("wide", "aws", { sources: ["infra", "pipelines", "environments"] })];
  for (const path of [
    "infra/platforms/aws/fleet.ts",
    "infra/names.ts",
    "pipelines/x.ts",
    "environments/x.ts",
  ])
    expect(reached([path], wide)).toEqual(["wide"]);
});
