// Tests that the questions lead a person from nothing to everything that is needed.
import { expect, test } from "vitest";
import { answersOf } from "../../../pipelines/init/answers.ts";
import type { Given, Shared } from "../../../pipelines/init/given.ts";
import { nextQuestion } from "../../../pipelines/init/questions.ts";

const shared: Shared = {
  services: { app: { kind: "http", sized: false, needs: ["IMAGE_HOST"] } },
  database: true,
};

/** Answers in turn; gives what was asked, shortened, and what is given in the end. */
function interview(given: Given, answers: string[]): { asked: string[]; given: Given } {
  const asked: string[] = [];
  let known = given;
  for (;;) {
    const question = nextQuestion(known, shared);
    if (question === undefined) return { asked, given: known };
    const answer = answers.shift() ?? question.standard;
    if (answer === undefined) throw new Error(`nobody answers: ${question.message}`);
    expect(question.complain(answer)).toBeUndefined();
    asked.push(question.message.slice(0, 30));
    known = question.take(answer);
  }
}

test("on aws: everything that is needed is asked, once, and nothing else", () => {
  const { asked, given } = interview({}, [
    "aws",
    "dev, prod",
    "eu-west-1",
    "111111111111",
    "222222222222",
    "play.example.com",
    "acme/game",
    "https://images.{name}.example.com",
    "the team",
  ]);
  expect(asked).toHaveLength(9);
  const { answers, missing, wrong } = answersOf(given, shared);
  expect([missing, wrong]).toEqual([[], []]);
  expect(answers.map(({ name, account, owner, repository }) => [name, account, owner, repository])).toEqual([
    ["dev", "111111111111", "the team", "acme/game"],
    ["prod", "222222222222", "the team", "acme/game"],
  ]);
});

test("on machines of one's own: a list for each environment", () => {
  const { asked, given } = interview({ platform: "ssh", names: ["a", "b"] }, [
    "list-a",
    "list-b",
    "https://x.example",
  ]);
  expect(asked.filter((message) => message.startsWith("Which file"))).toHaveLength(2);
  expect(given.hosts).toEqual(["a=list-a", "b=list-b"]);
});

test("what flags say is not asked again", () => {
  const given: Given = {
    platform: "aws",
    names: ["dev"],
    region: "eu-west-1",
    account: ["111111111111"],
    domain: ["example.com"],
    repository: "acme/game",
    set: ["app.IMAGE_HOST=https://x.example"],
    owner: "me",
  };
  expect(nextQuestion(given, shared)).toBeUndefined();
});

test.each<[Given, string]>([
  [{ platform: "aws" }, "Prod"],
  [{ platform: "aws", names: ["dev"] }, "europe"],
  [{ platform: "aws", names: ["dev"], region: "eu-west-1" }, "123"],
  [{ platform: "aws", names: ["prod"], region: "eu-west-1", account: ["111111111111"] }, ""],
])("with %j, %j is asked for again", (given, answer) => {
  expect(nextQuestion(given, shared)?.complain(answer)).toEqual(expect.any(String));
});
