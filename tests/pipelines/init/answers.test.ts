// Tests how flags become answers for each environment, and that everything missing or wrong shows at once.
import { describe, expect, test } from "vitest";
import { answersOf } from "../../../pipelines/init/answers.ts";
import type { Given, Shared } from "../../../pipelines/init/given.ts";

const shared: Shared = {
  services: {
    app: { kind: "http", sized: false, needs: ["IMAGE_HOST"] },
    server: { kind: "sessions", sized: false, needs: [] },
  },
  database: true,
};
const aws: Given = {
  platform: "aws",
  region: "eu-central-1",
  account: ["111111111111"],
  domain: ["play.example.com"],
  set: ["app.IMAGE_HOST=https://images.{name}.example.com"],
};

describe("answers", () => {
  test("three environments by themselves, prod protected over three zones", () => {
    const { answers, missing, wrong } = answersOf(aws, shared);
    expect([missing, wrong]).toEqual([[], []]);
    expect(
      answers.map(({ name, protection, zones, domain }) => [name, protection, zones.length, domain]),
    ).toEqual([
      ["dev", false, 2, "dev.play.example.com"],
      ["staging", false, 2, "staging.play.example.com"],
      ["prod", true, 3, "play.example.com"],
    ]);
    expect(answers[2]).toMatchObject({
      stateBucket: "surefoot-state-111111111111",
      services: { app: { nodes: 3, config: { IMAGE_HOST: "https://images.prod.example.com" } } },
    });
  });

  test("an environment may have a name that every object knows", () => {
    const { answers, missing, wrong } = answersOf({ ...aws, names: ["constructor"] }, shared);
    expect([missing, wrong]).toEqual([[], []]);
    expect(answers).toMatchObject([
      { account: "111111111111", domain: "constructor.play.example.com", services: { server: { nodes: 2 } } },
    ]);
  });

  test("what is given for one environment or service wins over what is given for all", () => {
    const { answers } = answersOf(
      {
        ...aws,
        names: ["a", "b"],
        protect: ["b"],
        account: ["111111111111", "b=222222222222"],
        nodes: ["server=10", "b.server=50"],
      },
      shared,
    );
    expect(
      answers.map(({ account, services }) => [account, services["server"]?.nodes, services["app"]?.nodes]),
    ).toEqual([
      ["111111111111", 10, 2],
      ["222222222222", 50, 3],
    ]);
  });

  test("on machines of one's own the list says how many nodes there are", () => {
    const given: Given = { platform: "ssh", names: ["own"], hosts: ["list"], set: aws.set };
    const { answers, missing, wrong } = answersOf(given, shared, { list: "app a\napp b\nserver c\n" });
    expect([missing, wrong]).toEqual([[], []]);
    expect(answers[0]?.services).toMatchObject({ app: { nodes: 2 }, server: { nodes: 1 } });
    expect(answers[0]?.stateBucket).toBe("");
  });
});

describe("what is missing", () => {
  test("on aws, all at once", () => {
    const { missing } = answersOf({ platform: "aws" }, shared);
    expect(missing.map((line) => line.split(" ", 2).join(" "))).toEqual([
      "--region <region>,",
      "--account <12",
      "--domain <domain>:",
      "--set app.IMAGE_HOST=<value>;",
    ]);
  });

  test("a platform, before anything else", () => {
    expect(answersOf({}, shared)).toEqual({
      answers: [],
      missing: ["--platform aws or --platform ssh or --platform kubernetes"],
      wrong: [],
    });
  });

  test("a list of machines for each environment", () => {
    const { missing } = answersOf(
      { platform: "ssh", names: ["a", "b"], hosts: ["a=x"], set: aws.set },
      shared,
    );
    expect(missing).toEqual(["--hosts b=<file>, a line a machine: <service> [user@]address[:port] [zone]"]);
  });

  test("shared state needs its place, also for machines of one's own", () => {
    const given: Given = { platform: "ssh", names: ["a"], hosts: ["x"], set: aws.set, stateBucket: "ours" };
    expect(answersOf(given, shared, { x: "app a" }).missing).toHaveLength(2);
  });
});

test.each<[Given, string]>([
  [{ platform: "gcp" }, '"gcp" is no platform to begin with'],
  [{ names: ["Prod"] }, '"Prod" is not the name of an environment'],
  [{ names: ["local-x"] }, "could be taken for a rehearsal"],
  [{ account: ["qa=111111111111"] }, "--account qa=…: qa is none of dev, staging, prod"],
  [{ protect: ["live"] }, "--protect live: it is none of"],
  [{ set: ["IMAGE_HOST=x"] }, "--set IMAGE_HOST=…: write <service>.<KEY>=<value>"],
  [{ nodes: ["server=many"] }, "--nodes server=many: write"],
  [{ nodes: ["qa.server=3"] }, "--nodes qa.server=3: write"],
  [
    { stateBucket: "ours", account: ["111111111111", "prod=222222222222"] },
    "--state-bucket: a bucket lies in one",
  ],
])("%j is wrong", (given, says) => {
  const { wrong } = answersOf({ ...aws, ...given }, shared);
  expect(wrong).toHaveLength(1);
  expect(wrong[0]).toContain(says);
});
