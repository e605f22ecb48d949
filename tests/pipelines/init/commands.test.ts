// Tests the commands that come after init: their order, and that nothing in them can break out of its word.
import { expect, test } from "vitest";
import type { Answer } from "../../../pipelines/init/answers.ts";
import type { Shared } from "../../../pipelines/init/given.ts";
import { commandsFor } from "../../../pipelines/init/commands.ts";

const answer: Answer = {
  name: "dev",
  platform: "aws",
  protection: false,
  region: "eu-central-1",
  zones: ["eu-central-1a"],
  account: "111111111111",
  owner: "",
  repository: "",
  domain: "",
  stateBucket: "surefoot-state-111111111111",
  services: {},
  hosts: [],
};
const shared: Shared = { services: {}, database: true };
const runs = (...answers: Partial<Answer>[]): string[] =>
  commandsFor(
    answers.map((more) => ({ ...answer, ...more })),
    shared,
  ).map(({ run }) => run.split(" ", 3).join(" "));

test("each account is made ready once, before its environments", () => {
  expect(runs({}, { name: "qa" }, { name: "prod", account: "222222222222" })).toEqual([
    "aws cloudformation deploy",
    "aws configure set",
    'eval "$(aws configure',
    "surefoot doctor dev",
    "surefoot up dev",
    "surefoot doctor qa",
    "surefoot up qa",
    "aws cloudformation deploy",
    "aws configure set",
    'eval "$(aws configure',
    "surefoot doctor prod",
    "surefoot up prod",
  ]);
});

test("machines of one port are made known together", () => {
  const host = (address: string, more = {}) => ({ name: "a", service: "a", address, ...more });
  const hosts = [host("one", { user: "deploy" }), host("two"), host("two"), host("three", { port: 2222 })];
  const found = commandsFor([{ ...answer, platform: "ssh", stateBucket: "", hosts }], shared).map(
    ({ run }) => run,
  );
  expect(found.slice(0, 4)).toEqual([
    "ssh-keyscan -p 22 one two >> ~/.ssh/known_hosts",
    'for login in deploy@one two; do ssh-copy-id -p 22 "$login"; done',
    "ssh-keyscan -p 2222 three >> ~/.ssh/known_hosts",
    'for login in three; do ssh-copy-id -p 2222 "$login"; done',
  ]);
});

test("what people typed stays one word of the shell", () => {
  const [first] = commandsFor([{ ...answer, owner: "the team's $(reboot)" }], shared);
  expect(first?.run).toContain(`'Owner=the team'\\''s $(reboot)'`);
});
