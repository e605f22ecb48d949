// How GitHub is spoken to: all pages, limits that are waited for, attempts that end, lost and cut answers, tokens that stay hidden.
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import type { Clock } from "../../../pipelines/drivers/clock.ts";
import { openGithub } from "../../../pipelines/drivers/github.ts";
import { bot } from "../../support/github.ts";
import type { FakeGithub } from "../../support/github.ts";
import { githubForEach } from "../../support/github-tests.ts";
import { refusalFrom } from "../../support/refusal.ts";

let server: FakeGithub;
const openHere = githubForEach((started) => (server = started));
let slept: number[];
const clock: Clock = {
  now: () => Date.now(),
  sleep: (seconds) => {
    slept.push(seconds);
    return Promise.resolve();
  },
};
beforeEach(() => {
  server.addPull();
  slept = [];
});

const open = (more: Record<string, string> = {}, signal?: AbortSignal) => openHere(more, { clock, signal });
const asked = (): string[] => server.requests.map(({ operation }) => operation);

it("reads all pages", async () => {
  for (let index = 0; index < 230; index += 1) server.addComment(1, bot, `${index}`);
  const found = await open().comments(1);
  expect(found.map(({ body }) => body)).toEqual(Array.from({ length: 230 }, (_, index) => `${index}`));
  expect(server.requests.map(({ query }) => query["per_page"])).toEqual(["100", "100", "100"]);
});

it("says who it is: a person's own login, and for the token of a workflow the one of Actions", async () => {
  expect(await open().login()).toBe("github-actions[bot]");
  const token = server.addToken("ghp_person", { login: "ada" });
  const github = open({ GITHUB_TOKEN: token });
  expect([await github.login(), await github.login()]).toEqual(["ada", "ada"]);
  expect(asked()).toHaveLength(2);
});

it.each([
  ["primary", 7, 8],
  ["secondary", 7, 7],
] as const)("waits for the %s limit as long as GitHub says", async (as, seconds, least) => {
  // The limit ends at an instant: on a slow machine less of it would be left.
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  server.fail({ as, seconds });
  expect(await open().comments(1)).toEqual([]);
  expect(slept).toHaveLength(1);
  expect(slept[0]).toBeGreaterThanOrEqual(least - 1);
  expect(slept[0]).toBeLessThanOrEqual(least + 1);
});

it("waits for the limit also where it makes something, for then nothing was made", async () => {
  server.fail({ as: "secondary", on: "issues/create-comment", times: 2 });
  expect(await open().createComment(1, "hello")).toMatchObject({ author: bot.login, body: "hello" });
  expect(server.comments).toHaveLength(1);
  expect(slept).toEqual([1, 1]);
});

it.each([
  ["lasts too long", { as: "primary", seconds: 3000, times: 1 }, 1],
  ["comes again and again", { as: "secondary", seconds: 1, times: 100 }, 4],
] as const)("gives up a limit that %s, and says until when", async (_words, fault, requests) => {
  server.fail(fault);
  const { code, message } = await refusalFrom(open().comments(1));
  expect(code).toBe("E_GITHUB_LIMIT");
  expect(message).toMatch(/fewer requests (for 1 s|until 20\d\d-)/);
  expect(server.requests).toHaveLength(requests);
});

it.each([[500], [502], ["drop"], ["cut"]] as const)("tries %s again, not for ever", async (as) => {
  for (let index = 0; index < 3; index += 1) server.addComment(1, bot, `${index}`);
  server.fail({ as, times: 3 });
  expect(await open().comments(1)).toHaveLength(3);
  expect(server.requests).toHaveLength(4);
  server.fail({ as, times: 100 });
  const { code } = await refusalFrom(open().comments(1));
  expect(code).toBe("E_GITHUB_UNREACHABLE");
  expect(server.requests).toHaveLength(8);
});

it.each([["drop"], ["lost"], [502]] as const)("never sends again what makes something: %s", async (as) => {
  server.fail({ as, times: 1 });
  expect((await refusalFrom(open().createComment(1, "hello"))).code).toBe("E_GITHUB_UNREACHABLE");
  server.fail({ as, times: 1 });
  const issue = { title: "t", body: "b", labels: [] };
  expect((await refusalFrom(open().createIssue(issue))).code).toBe("E_GITHUB_UNREACHABLE");
  expect(asked()).toEqual(["issues/create-comment", "issues/create"]);
});

it("takes what is gone for gone", async () => {
  expect(await open().updateComment(7, "x")).toBe(false);
  await open().removeComment(7);
});

it.each([
  [{ GITHUB_TOKEN: "ghp_unknown" }, "E_GITHUB_TOKEN", /does not know the token/],
  [{ GITHUB_REPOSITORY: "acme/other" }, "E_GITHUB", /HTTP 404.*may not see it/],
])("refuses in clear words: %o", async (more, code, words) => {
  const refusal = await refusalFrom(open(more).comments(1));
  expect(refusal.code).toBe(code);
  expect(refusal.message).toMatch(words);
});

it("says which right a token lacks, in GitHub's words", async () => {
  const token = server.addToken("ghs_reader", { ...bot, readOnly: true });
  const { code, details, next } = await refusalFrom(open({ GITHUB_TOKEN: token }).createComment(1, "x"));
  expect([code, details[0]]).toEqual([
    "E_GITHUB_TOKEN",
    expect.stringContaining("Resource not accessible by integration"),
  ]);
  expect(next).toContain("pull-requests");
});

it("never tells the token, whatever fails", async () => {
  const told: string[] = [];
  for (const as of ["drop", "primary", 500, 422, 401] as const) {
    server.fail({ as, seconds: 9000 });
    const refusal = await refusalFrom(open().createComment(1, `token ${server.token}`));
    told.push(
      JSON.stringify([refusal.message, refusal.state, refusal.next, refusal.details, String(refusal.cause)]),
    );
  }
  expect(told).toHaveLength(5);
  expect(told.join("\n")).not.toContain(server.token);
});

it("ends with the signal's reason while it waits for a limit", async () => {
  const controller = new AbortController();
  server.fail({ as: "secondary", seconds: 60 });
  const sleepless: Clock = {
    ...clock,
    sleep: () => {
      controller.abort(new Error("enough"));
      return new Promise(() => {});
    },
  };
  const github = openGithub(server.env, { clock: sleepless, signal: controller.signal });
  await expect(github.comments(1)).rejects.toThrow("enough");
  await expect(github.comments(1)).rejects.toThrow("enough");
});
