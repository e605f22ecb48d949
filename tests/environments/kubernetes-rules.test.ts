// Tests what `check` says of a policy that Argo Rollouts cannot keep to the letter, at the lines where it stands.
import { describe, expect, test } from "vitest";
import { loadDescription } from "../../environments/loader.ts";
import { writtenFolder } from "./written-folder.ts";

const description = (
  platform: string,
  rollout: string,
  more: Record<string, string> = {},
) => `platform: ${platform}
zones: [${platform === "aws" ? "eu-central-1a, eu-central-1b" : "a"}]
${platform === "aws" ? "region: eu-central-1" : ""}
edge: {domain: play.example.com}
kubernetes:
  context: prod
  registry: registry.example.com/game
  base: node@sha256:${"0".repeat(64)}
  ingress: {class: nginx}
${more["top"] ?? ""}
services:
  web:
    kind: ${more["kind"] ?? "http"}
    nodes: ${more["nodes"] ?? 50}
    source: x
    build: make
    start: run
    ${more["service"] ?? "health: /healthz"}
    rollout: ${rollout}
`;

function warned(text: string): string[] {
  const loaded = loadDescription(writtenFolder({ prod: text }), "prod");
  if (!loaded.ok)
    throw new Error(loaded.complaints.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  return loaded.warnings
    .filter(({ rule }) => rule !== "key-not-read")
    .map(({ path, message }) => `${path}: ${message}`);
}

const always = [
  "services: on kubernetes the first release of a service has no waves: all its pods start at once",
];
const confidence =
  "services.web.rollout.judge.confidence: on kubernetes values are compared with their limits, not distributions: 98% is not held";
const calm = "bake: {first: 60s, rest: 30s}";

describe("on kubernetes", () => {
  test("says what holds for every service", () => {
    expect(warned(description("kubernetes", `{${calm}}`)).toSorted()).toEqual(
      [...always, confidence].toSorted(),
    );
  });

  test("says that too few pods are left to compare with, and nothing of a confidence that nobody looks at", () => {
    const waves = "waves: [1, 100%], minHealthy: 50%";
    expect(warned(description("kubernetes", `{${calm}, ${waves}}`, { nodes: "2" }))).toEqual([
      ...always,
      "services.web.rollout.waves: on kubernetes no wave leaves pods to compare with: only the guards and the smoke test protect",
    ]);
  });

  test("says nothing of a judge that never compares", () => {
    expect(warned(description("kubernetes", `{${calm}, waves: [100%]}`)).toSorted()).toEqual(
      always.toSorted(),
    );
  });

  test.each<[string, string, Record<string, string>, string[]]>([
    [
      "waves that are no whole percent",
      `{${calm}, waves: [1, 5, 100%]}`,
      { nodes: "200" },
      [
        "services.web.rollout.waves[0]: on kubernetes a wave is a whole percent of the pods: 1 becomes 2 of 200 (1%)",
        "services.web.rollout.waves[1]: on kubernetes a wave is a whole percent of the pods: 5 becomes 4 of 200 (2%)",
      ],
    ],
    [
      "a heartbeat between two scrapes",
      `{${calm}, guard: {heartbeat: 2s}}`,
      {},
      [
        "services.web.rollout.guard.heartbeat: on kubernetes pods are scraped every 5s: silence is seen after 12s, not 2s",
      ],
    ],
    [
      "short bakes",
      "{bake: {first: 20s, rest: 19s}}",
      {},
      [
        "services.web.rollout.bake.rest: on kubernetes 19s are fewer than 4 scrapes (every 5s): the wave is likely to end inconclusive, and to wait for a person",
      ],
    ],
    [
      "a restart to test",
      `{${calm}, smokeRestart: true}`,
      {},
      [
        "services.web.rollout.smokeRestart: on kubernetes no pod is restarted for a test: pods are replaced, never restarted",
      ],
    ],
    [
      "freeze windows",
      `{${calm}}`,
      { top: "freeze: [{start: 2026-12-24T00:00:00Z, end: 2026-12-27T00:00:00Z, reason: feast}]" },
      [
        "freeze: between waves it is only looked at while a command follows the rollout: Argo Rollouts by itself goes on",
      ],
    ],
    [
      "sessions that outlive the limit",
      `{${calm}}`,
      { kind: "sessions", service: "metrics: {sessions: open}" },
      [
        "services.web.stopWithin: on kubernetes drain and stop share one time limit of about 310s: a process that does not stop is killed only then, not after 10s",
        "services.web.rollout.drain.then: on kubernetes a pod that still holds sessions at the limit is ended (force), not parked",
      ],
    ],
    [
      "sessions that are cut",
      `{${calm}, drain: {sessions: cut}}`,
      { kind: "sessions", service: "metrics: {sessions: open}" },
      [],
    ],
  ])("says %s", (_, rollout, more, wanted) => {
    expect(warned(description("kubernetes", rollout, more)).toSorted()).toEqual(
      [...always, confidence, ...wanted].toSorted(),
    );
  });
});

describe("elsewhere", () => {
  test.each([
    ["local", {}],
    ["aws", {}],
  ])("says nothing on %s", (platform, more) => {
    expect(warned(description(platform, "{smokeRestart: true}", more))).toEqual([]);
  });

  test("says it of pods on aws", () => {
    const text = description("aws", `{${calm}, smokeRestart: true}`, { service: "runs: pods" });
    expect(warned(text)).toHaveLength(3);
  });
});
