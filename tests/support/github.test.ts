// The GitHub for tests tells good from bad: what GitHub's own description does not allow is refused, and so is what lies outside of it.
import { afterEach, beforeEach, expect, it } from "vitest";
import { operationOf } from "./github-schema.ts";
import { bot, startGithub } from "./github.ts";
import type { FakeGithub } from "./github.ts";

let github: FakeGithub;
beforeEach(async () => {
  github = await startGithub();
  github.addPull();
});
afterEach(() => github[Symbol.asyncDispose]());

const headers = () => ({
  accept: "application/vnd.github+json",
  authorization: `token ${github.token}`,
  "user-agent": "test",
  "x-github-api-version": "2022-11-28",
  "content-type": "application/json",
});
const comments = "/repos/acme/game/issues/1/comments";
async function ask(method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${github.url}${path}`, {
    method,
    headers: { ...headers(), ...more },
    ...sent,
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? undefined : JSON.parse(text),
    headers: response.headers,
  };
}

it("takes a request that is as GitHub describes it", async () => {
  const made = await ask("POST", comments, { body: "hello" });
  expect(made).toMatchObject({ status: 201, body: { body: "hello", user: { login: bot.login } } });
  expect(github.complaints).toEqual([]);
});

it.each([
  ["a body that is missing", "POST", comments, {}, /must have required property 'body'/],
  ["a body of another type", "POST", comments, { body: 7 }, /must be string/],
  [
    "a field that GitHub would drop",
    "POST",
    comments,
    { body: "x", colour: 1 },
    /additional properties.*colour/,
  ],
  [
    "a query that GitHub does not know",
    "GET",
    `${comments}?per_pages=3`,
    undefined,
    /no query parameter per_pages/,
  ],
  ["a query of another type", "GET", `${comments}?per_page=many`, undefined, /must be integer/],
  ["a state that there is not", "PATCH", "/repos/acme/game/issues/1", { state: "gone" }, /allowed values/],
  ["a body where none belongs", "DELETE", "/repos/acme/game/issues/comments/1", { a: 1 }, /takes no body/],
  ["an operation that is not ours", "GET", "/repos/acme/game/branches", undefined, /no such operation/],
])("complains of %s", async (_what, method, path, body, complaint) => {
  const { status } = await ask(method, path, body);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(github.complaints).toHaveLength(1);
  expect(github.complaints[0]).toMatch(complaint);
});

it.each([
  ["x-github-api-version", "2019-01-01"],
  ["accept", "text/html"],
  ["content-type", "text/plain"],
])("complains of the header %s: %s", async (name, value) => {
  await ask("POST", comments, { body: "x" }, { [name]: value });
  expect(github.complaints).toHaveLength(1);
});

it("checks answers against the description as well", () => {
  const operation = operationOf("POST", comments);
  expect(operation?.checkAnswer(201, { id: "1", body: "x" }).join()).toMatch(/id must be integer/);
  expect(operation?.checkAnswer(200, {})).toEqual(["issues/create-comment never answers 200"]);
});

it("answers in pages of the size that is asked for, with links as GitHub writes them", async () => {
  for (let index = 0; index < 5; index += 1) github.addComment(1, bot, `${index}`);
  const first = await ask("GET", `${comments}?per_page=2`);
  expect(first.body).toHaveLength(2);
  expect(first.headers.get("link")).toContain('page=2>; rel="next"');
  const last = await ask("GET", `${comments}?per_page=2&page=3`);
  expect(last.body).toHaveLength(1);
  expect(last.headers.get("link")).not.toContain('rel="next"');
});

it("knows who asks: no token, a token that may only read, somebody else's comment", async () => {
  expect((await ask("GET", comments, undefined, { authorization: "token no" })).status).toBe(401);
  const reader = github.addToken("reader", { ...bot, readOnly: true });
  expect((await ask("POST", comments, { body: "x" }, { authorization: `token ${reader}` })).status).toBe(403);
  const { id } = github.addComment(1, { login: "mallory" }, "hers");
  expect((await ask("PATCH", `/repos/acme/game/issues/comments/${id}`, { body: "x" })).status).toBe(403);
  expect((await ask("GET", "/user")).status).toBe(403);
  const person = github.addToken("person", { login: "ada" });
  expect((await ask("GET", "/user", undefined, { authorization: `token ${person}` })).body).toMatchObject({
    login: "ada",
  });
  expect(github.complaints).toEqual([]);
});

it("refuses a body that is longer than GitHub takes, and a deployment whose commit is not green", async () => {
  expect((await ask("POST", comments, { body: "x".repeat(65_537) })).status).toBe(422);
  await ask("POST", "/repos/acme/game/statuses/abc", { state: "pending" });
  const deployment = { ref: "abc", environment: "dev" };
  expect((await ask("POST", "/repos/acme/game/deployments", deployment)).status).toBe(409);
  const forced = { ...deployment, required_contexts: [] };
  expect((await ask("POST", "/repos/acme/game/deployments", forced)).status).toBe(201);
  expect(github.complaints).toEqual([]);
});

it("tells another process what it holds", async () => {
  github.addComment(1, bot, "hello");
  const { body } = await ask("GET", "/_state");
  expect(body).toMatchObject({ comments: [{ body: "hello" }], issues: [{ number: 1 }], complaints: [] });
});
