// Tests what a person is asked about a cluster: contexts to choose from, and answers that a description can hold.
import { expect, test } from "vitest";
import { answersOf } from "../../../pipelines/init/answers.ts";
import type { Given, Shared } from "../../../pipelines/init/given.ts";
import { nextQuestion } from "../../../pipelines/init/questions.ts";

const shared: Shared = {
  services: { app: { kind: "http", sized: false, needs: [] } },
  database: true,
};
const base = `node:24-slim@sha256:${"a".repeat(64)}`;

test("a context each, then everything else once; what is left empty is left out", () => {
  const replies = ["game", "live", undefined, "registry.example.com/game", base, undefined, "", ""];
  const asked: string[] = [];
  let given: Given = { platform: "kubernetes", names: ["test", "prod"], owner: "me" };
  for (;;) {
    const question = nextQuestion(given, shared, ["game", "live"]);
    if (question === undefined) break;
    const answer = replies.shift() ?? question.standard ?? "";
    expect(question.complain(answer)).toBeUndefined();
    asked.push(`${question.message.split(" ", 2).join(" ")} ${question.choices?.join("/") ?? ""}`.trim());
    given = question.take(answer);
  }
  expect(asked).toEqual([
    "Which cluster game/live",
    "Which cluster game/live",
    "Which namespace",
    "Where are",
    "Which image,",
    "Where does",
    "Where is",
    "Under which",
  ]);
  const { answers, missing, wrong } = answersOf(given, shared);
  expect([missing, wrong]).toEqual([[], []]);
  expect(answers.map(({ cluster, domain }) => ({ ...cluster, domain }))).toEqual(
    ["game", "live"].map((context) => ({
      context,
      registry: "registry.example.com/game",
      base,
      namespace: undefined,
      prometheus: undefined,
      backups: undefined,
      ingress: "nginx",
      domain: "",
    })),
  );
});

test("without a kubeconfig the context is typed", () => {
  const question = nextQuestion({ platform: "kubernetes", names: ["test"] }, shared);
  expect(question?.choices).toBeUndefined();
  expect(question?.complain("")).toEqual(expect.any(String));
});

test.each<[Given, string, string]>([
  [{ namespace: undefined }, "Game", "a name of a namespace"],
  [{ registry: undefined }, "https://registry", "a registry and a path"],
  [{ base: undefined }, "node:24-slim", "an image by its digest"],
  [{ prometheus: undefined }, "prometheus", "an address"],
  [{ backups: undefined }, "bucket", "a bucket and a path"],
  [{ domain: undefined }, "play", "a domain"],
])("with %j, %j is asked for again", (gap, answer, says) => {
  const given: Given = {
    platform: "kubernetes",
    names: ["test"],
    context: ["game"],
    namespace: [],
    registry: ["registry.example.com/game"],
    base: [base],
    prometheus: [],
    backups: [],
    domain: [],
    ...gap,
  };
  expect(nextQuestion(given, shared)?.complain(answer)).toContain(says);
});
