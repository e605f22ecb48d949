// Tests the rules between keys, without files.
import { describe, expect, test } from "vitest";
import { pathText } from "../../environments/complaint.ts";
import { environmentRules, serviceRules, serviceWarnings } from "../../environments/rules.ts";
import { serviceSchema } from "../../environments/service-shape.ts";
import { smallestP } from "../../environments/wave-rules.ts";

const GIVEN = { kind: "http", nodes: 50, source: "app", build: "make", start: "run" };

function service(differs: Record<string, unknown>, name = "app") {
  return { name, ...serviceSchema.parse({ ...GIVEN, ...differs }) };
}

function broken(differs: Record<string, unknown>): string[] {
  return serviceRules([service(differs)]).map(({ path, rule }) => `${pathText(path.slice(2))} ${rule}`);
}

describe("rollout rules", () => {
  test.each<[string, number, Record<string, unknown>, string[]]>([
    ["the design's waves", 50, { waves: [1, 5, "30%", "100%"] }, []],
    ["all nodes as a count", 50, { waves: [1, 50] }, []],
    ["a share over 100%", 50, { waves: [1, "150%"] }, ["rollout.waves[1] wave-over-100"]],
    ["a share over 100% first", 50, { waves: ["101%"] }, ["rollout.waves[0] wave-over-100"]],
    ["a canary larger than the fleet", 50, { waves: [51, "100%"] }, ["rollout.waves[0] canary-over-fleet"]],
    [
      "a later wave larger than the fleet",
      50,
      { waves: [1, 60, "100%"] },
      ["rollout.waves[1] wave-over-fleet"],
    ],
    ["equal waves", 50, { waves: [5, 5, "100%"] }, ["rollout.waves[1] waves-not-increasing"]],
    [
      "a share not beyond the count",
      10,
      { waves: [1, 5, "30%", "100%"] },
      ["rollout.waves[2] waves-not-increasing"],
    ],
    ["a share of nothing", 50, { waves: ["0%", "100%"] }, ["rollout.waves[0] waves-not-increasing"]],
    ["no last wave", 50, { waves: [1, "99%"] }, ["rollout.waves[1] waves-incomplete"]],
    ["no last wave as a count", 50, { waves: [1, 49] }, ["rollout.waves[1] waves-incomplete"]],
    ["minHealthy at its limit", 10, { minHealthy: "90%" }, []],
    ["minHealthy unreachable", 9, { minHealthy: "90%" }, ["rollout.minHealthy min-healthy-unreachable"]],
    ["minHealthy of one node", 1, { minHealthy: "1%" }, ["rollout.minHealthy min-healthy-unreachable"]],
    ["a budget below the fleet", 4, { failureBudget: 3 }, []],
    [
      "a budget of the whole fleet",
      3,
      { failureBudget: 3 },
      ["rollout.failureBudget failure-budget-too-large"],
    ],
  ])("%s", (_what, nodes, rollout, expected) => {
    expect(broken({ nodes, rollout })).toEqual(expected);
  });

  test("fewer nodes than zones is fine", () => {
    expect(
      environmentRules({ platform: "aws", region: "eu", zones: ["eu-a", "eu-b", "eu-c"], freeze: [] }),
    ).toEqual([]);
  });
});

describe("service rules", () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ["a url", { needs: { A: "url" }, config: { A: "https://x.example" } }, []],
    ["no url", { needs: { A: "url" }, config: { A: "x.example" } }, ["config.A config-not-as-needed"]],
    ["an integer", { needs: { A: "integer" }, config: { A: "-12" } }, []],
    ["no integer", { needs: { A: "integer" }, config: { A: "1.5" } }, ["config.A config-not-as-needed"]],
    ["a boolean", { needs: { A: "boolean" }, config: { A: "false" } }, []],
    ["no boolean", { needs: { A: "boolean" }, config: { A: "yes" } }, ["config.A config-not-as-needed"]],
    ["an empty string", { needs: { A: "string" }, config: { A: "" } }, []],
    ["nothing where something is needed", { needs: { A: "string" } }, ["config.A config-missing"]],
    ["more than is needed", { config: { A: "x" } }, []],
    ["a key the node sets", { config: { PORT: "80" } }, ["config.PORT config-reserved"]],
    ["sessions without a gauge", { kind: "sessions" }, ["metrics.sessions sessions-metric-missing"]],
    [
      "sessions with a route",
      { kind: "sessions", route: "/x", metrics: { sessions: "s" } },
      ["route route-not-http"],
    ],
  ])("%s", (_what, differs, expected) => {
    expect(broken(differs)).toEqual(expected);
  });

  test("two http services cannot have the same route", () => {
    const found = serviceRules([
      service({}),
      service({ route: "/api/" }, "api"),
      service({ route: "/api" }, "web"),
    ]);
    expect(found.map(({ path, message }) => `${pathText(path)} ${message}`)).toEqual([
      "services.web.route /api is already the route of services.api",
    ]);
  });
});

test("aws needs a region, and zones of it", () => {
  const aws = { platform: "aws", region: "", zones: ["a"], freeze: [] } as const;
  expect(environmentRules({ ...aws, zones: ["a"], freeze: [] }).map(({ rule }) => rule)).toEqual([
    "region-missing",
  ]);
  const rules = environmentRules({ ...aws, region: "eu-central-1", zones: ["us-east-1a"], freeze: [] });
  expect(rules.map(({ rule }) => rule)).toEqual(["zone-not-in-region"]);
});

function warnings(nodes: number, rollout: Record<string, unknown>): string[] {
  return serviceWarnings("aws", [service({ nodes, rollout })]).map(({ message }) => message);
}

describe("judge warnings", () => {
  test("the smallest p is one of the possible orders", () => {
    expect(smallestP(3, 3)).toBeCloseTo(1 / 20, 12);
    expect(smallestP(5, 45)).toBeCloseTo(1 / 2_118_760, 15);
    expect(smallestP(2, 0)).toBe(1);
  });

  test("three against three stay below 90%, as the judge halves what it may be wrong", () => {
    expect(warnings(6, { waves: [1, 3, 6], judge: { confidence: "89%" } })).toEqual([]);
    expect(warnings(6, { waves: [1, 3, 6], judge: { confidence: "90%" } })).toHaveLength(1);
  });

  test("a later wave that is large enough is named", () => {
    const [message] = warnings(8, { waves: [1, 2, 4, 8], judge: { confidence: "97%" } });
    expect(message).toMatch(
      /less than 92\.86% can be reached with 2 updated and 6 nodes left; until wave 3 only/,
    );
  });

  test("a single wave promises no comparison", () => {
    expect(warnings(1, { waves: ["100%"], minHealthy: "0%", failureBudget: 0 })).toEqual([]);
  });
});
