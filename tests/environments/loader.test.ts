// Tests loading: defaults, inheritance, and where each complaint points.
import { describe, expect, test } from "vitest";
import { loadDescription } from "../../environments/loader.ts";
import { complaintsAbout, SMALL, writtenFolder } from "./written-folder.ts";

const P = "environments/prod.yaml";

function loadSmall(extra = "") {
  const loaded = loadDescription(writtenFolder({ prod: SMALL + extra }), "prod");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.complaints));
  return loaded;
}

describe("a good description", () => {
  test("gets its defaults, in seconds, bytes and fractions", () => {
    const { description } = loadSmall(
      "freeze:\n  - {reason: x, days: [fri], from: '18:00', to: '08:00', timezone: Europe/Berlin}\n",
    );
    expect(description).toMatchObject({
      name: "prod",
      platform: "local",
      region: "",
      protection: false,
      zones: ["a"],
    });
    expect(description.freeze[0]).toEqual({
      reason: "x",
      days: ["fri"],
      from: "18:00",
      to: "08:00",
      timezone: "Europe/Berlin",
    });
    expect(description.services["app"]).toMatchObject({
      name: "app",
      route: "/",
      startWithin: 20,
      retain: 3,
      needs: {},
    });
    expect(description.services["app"]?.rollout).toEqual({
      waves: [1, { share: 0.5 }, { share: 1 }],
      bake: { first: 60, rest: 30 },
      guard: { restarts: 1, errorRate: 0.02, heartbeat: 5, memory: 536_870_912 },
      judge: { latencyP95: 0.2, errorRate: 0.005, memory: 0.5, confidence: 0.98 },
      failureBudget: 3,
      minHealthy: 0.75,
      // oxlint-disable-next-line unicorn/no-thenable -- a word, not a function
      drain: { sessions: "wait", limit: 300, then: "park" },
      smokeRestart: false,
    });
  });

  test("is frozen to the bottom", () => {
    const { description } = loadSmall();
    expect(() => Object.assign(description.services["app"]?.rollout.bake ?? {}, { first: 0 })).toThrow(
      TypeError,
    );
    expect(() => description.services["app"]?.rollout.waves.push(1)).toThrow(TypeError);
  });

  test("is the same however its files are arranged, and another one for another value", () => {
    const base = SMALL.replace("platform: local\n", "");
    const split = loadDescription(writtenFolder({ base, prod: "extends: base\nplatform: local\n" }), "prod");
    expect(split).toMatchObject({ ok: true });
    expect(split.ok && split.description).toEqual(loadSmall().description);
    expect(loadSmall("protection: true\n").description).not.toEqual(loadSmall().description);
  });

  test("warns where the judge cannot reach its confidence", () => {
    const [warning, ...others] = loadSmall().warnings;
    expect(others).toEqual([]);
    expect(warning).toMatchObject({
      file: P,
      line: 3,
      column: 3,
      path: "services.app.rollout.judge.confidence",
    });
    expect(warning?.message).toBe(
      "98% is out of reach after wave 2: less than 66.67% can be reached with 2 updated and 2 nodes left; in every wave only the guards protect this rollout",
    );
  });
});

// What is added to SMALL, whose next line is 9, and the one complaint that follows.
const TABLE: [string, string][] = [
  ["    nodez: 4", `${P}:9:5 services.app.nodez: unknown key. Did you mean "nodes"?`],
  [
    "    rollout: {bake: {frist: 5s}}",
    `${P}:9:22 services.app.rollout.bake.frist: unknown key. Did you mean "first"?`,
  ],
  [
    "    metrics:\n      zzzzzzzz: a",
    `${P}:10:7 services.app.metrics.zzzzzzzz: unknown key. Known here: errors, latency, requests, sessions.`,
  ],
  [
    "name: prod",
    `${P}:9:1 name: unknown key. Known here: account, alerts, approval, backup, budget, database, drift, edge, extends, freeze, kubernetes, logs, monitoring, network, notify, owner, platform, promotion, protection, region, rehearsal, review, services, ssh, state, zones.`,
  ],
  [
    "    startWithin: 20",
    `${P}:9:18 services.app.startWithin: 20 has no unit: write a duration with its unit, such as 500ms, 20s, 5m or 2h`,
  ],
  ["    startWithin: 0s", `${P}:9:18 services.app.startWithin: must be between 500ms and 24h`],
  ["    stopWithin: 48h", `${P}:9:17 services.app.stopWithin: must be between 0s and 24h`],
  [
    "    rollout:\n      guard: {memory: 512MB}",
    `${P}:10:23 services.app.rollout.guard.memory: "512MB" is not understood: write a size with its unit, such as 64KiB, 10MiB, 100GiB or 1TiB`,
  ],
  [
    "    rollout: {judge: {errorRate: +1%}}",
    `${P}:9:34 services.app.rollout.judge.errorRate: "+1%" is not understood: write an increase in percentage points, such as +0.5pp`,
  ],
  [
    "    rollout: {minHealthy: 120%}",
    `${P}:9:27 services.app.rollout.minHealthy: must be between 0% and 100%`,
  ],
  [
    "    rollout: {waves: [1, 0.3, 100%]}",
    `${P}:9:26 services.app.rollout.waves[1]: a wave is a whole number of nodes from 1 on, such as 5, or a share of the fleet, such as 30%`,
  ],
  ["    rollout:", `${P}:9:5 services.app.rollout: expected object, received null`],
  [
    "    rollout: {drain: {then: parc}}",
    `${P}:9:29 services.app.rollout.drain.then: must be one of park, force, skip. Did you mean "park"?`,
  ],
  [
    "    config: {image_host: x}",
    `${P}:9:14 services.app.config.image_host: a config key is written in capitals, such as IMAGE_HOST`,
  ],
  ["    config: {A: 80}", `${P}:9:17 services.app.config.A: must be text: put it in quotes`],
  ['    config: {A: "a\\nb"}', `${P}:9:17 services.app.config.A: must not hold line breaks or NUL`],
  ['    config: {A: "a\\0b"}', `${P}:9:17 services.app.config.A: must not hold line breaks or NUL`],
  [
    "    needs: {A: uri}",
    `${P}:9:16 services.app.needs.A: must be one of string, url, integer, boolean. Did you mean "url"?`,
  ],
  [
    "    needs: {IMAGE_HOST: url}",
    `${P}:3:3 services.app.config.IMAGE_HOST: the service needs IMAGE_HOST (url), and config gives it no value`,
  ],
  ["    kind: sessions", `${P}:9:5 services.app.kind: this key stands here twice; the first is in line 4`],
  [
    "  Web: {}",
    `${P}:9:3 services.Web: the name of a service is a lower-case letter, then up to 30 lower-case letters, digits or "-"`,
  ],
  ["region: eu\nzones: [a, b, a]", `${P}:10:15 zones[2]: a stands here twice`],
  ["zones: a", `${P}:9:8 zones: expected array, received string`],
  [
    "rehearsal: {bake: {first: 4s, last: 2s}}",
    `${P}:9:31 rehearsal.bake.last: unknown key. Did you mean "rest"?`,
  ],
  [
    "freeze: [{reason: x, start: 2026-01-02T00:00:00Z}]",
    `${P}:9:10 freeze[0].end: missing (Up to this instant)`,
  ],
  [
    "freeze: [{reason: x, start: 2026-01-02, end: 2026-01-03T00:00:00Z}]",
    `${P}:9:29 freeze[0].start: must be a date and time with its zone, such as 2026-12-24T18:00:00+01:00`,
  ],
  [
    "freeze: [{reason: x, start: 2026-01-02T00:00:00Z, end: 2026-01-02T00:00:00Z}]",
    `${P}:9:56 freeze[0].end: must be later than start`,
  ],
  [
    "freeze: [{reason: x, days: [fri], from: '18:00', to: '24:00', timezone: UTC}]",
    `${P}:9:54 freeze[0].to: must be a time of day, such as 18:00`,
  ],
  [
    "freeze: [{reason: x, days: [fry], from: '18:00', to: '08:00', timezone: UTC}]",
    `${P}:9:29 freeze[0].days[0]: must be one of mon, tue, wed, thu, fri, sat, sun. Did you mean "fri"?`,
  ],
  [
    "freeze: [{reason: x, days: [fri], from: '18:00', to: '18:00', timezone: UTC}]",
    `${P}:9:54 freeze[0].to: must differ from \`from\``,
  ],
  [
    "freeze: [{reason: x, days: [fri], from: '18:00', to: '08:00', timezone: Mars/Base}]",
    `${P}:9:73 freeze[0].timezone: is not a known time zone; write it as Europe/Berlin or UTC`,
  ],
  [
    "freeze: [{reason: x, days: [fri], form: '18:00', from: '18:00', to: '08:00', timezone: UTC}]",
    `${P}:9:35 freeze[0].form: unknown key. Did you mean "from"?`,
  ],
];

describe("a bad description", () => {
  test.each(TABLE)("%j is complained of at its place", (extra, complaint) => {
    expect(complaintsAbout({ prod: `${SMALL}${extra}\n` })).toEqual([complaint]);
  });

  test("shows everything that is wrong at once, in reading order", () => {
    const prod =
      "platform: awz\nservices:\n  app:\n    kind: http\n    nodes: 3\n    source: ../x\n    build: make\n    start: run\n    nodez: 1\n    rollout: {waves: [5, 100%], minHealthy: 90%, bake: {first: 5}}\n    needs: {A: url}\n    config: {A: x}\n";
    expect(complaintsAbout({ prod: prod.replace("source: ../x", "source: x\n    retain: 1") })).toEqual([
      `${P}:1:11 platform: must be one of local, ssh, kubernetes, aws. Did you mean "aws"?`,
      `${P}:7:13 services.app.retain: Too small: expected number to be >=2`,
      `${P}:10:5 services.app.nodez: unknown key. Did you mean "nodes"?`,
      `${P}:11:23 services.app.rollout.waves[0]: the first wave (canary) of 5 nodes is larger than the fleet of 3`,
      `${P}:11:45 services.app.rollout.minHealthy: 90% of 3 nodes lets not even one node be out for its update: at most 66% works here`,
      `${P}:11:64 services.app.rollout.bake.first: 5 has no unit: write a duration with its unit, such as 500ms, 20s, 5m or 2h`,
      `${P}:13:17 services.app.config.A: "x" is not a URL, such as https://images.example.com, which needs.A asks for`,
    ]);
    expect(complaintsAbout({ prod })).toContain(
      `${P}:6:13 services.app.source: must be a folder inside the repository, such as examples/app`,
    );
  });

  test("a missing key is complained of at its parent", () => {
    expect(complaintsAbout({ prod: "services:\n  app:\n    kind: http\n" })).toEqual([
      `${P}:1:1 platform: missing (What the environment is made of)`,
      `${P}:2:3 services.app.nodes: missing (How many nodes run it)`,
      `${P}:2:3 services.app.source: missing (Folder in the repository with its source)`,
      `${P}:2:3 services.app.build: missing (Shell command run in the source folder; what it leaves in dist/ is the release)`,
      `${P}:2:3 services.app.start: missing (Shell command that starts a release, run in its folder on the node)`,
    ]);
  });

  test("a key that only one of those that share a file lacks need not go into that file", () => {
    const base = "services:\n  app:\n    kind: http\n    source: s\n    build: b\n    start: s\n";
    expect(complaintsAbout({ base, prod: "extends: base\nplatform: local\n" })).toEqual([
      `environments/base.yaml:2:3 services.app.nodes: missing (How many nodes run it); write it here, or in ${P} for that one alone`,
    ]);
  });
});
