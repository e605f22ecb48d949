// A preview put where a pull request is reviewed: summary, outputs and comment, and what is said where there is no comment.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { githubRun } from "../../../pipelines/drivers/github-run.ts";
import { publishFailure, publishPreview } from "../../../pipelines/github/publish.ts";
import { Refusal } from "../../../pipelines/errors.ts";
import { changeOf, environmentOf, previewOf } from "../../support/change-preview.ts";
import { bot } from "../../support/github.ts";
import type { FakeGithub } from "../../support/github.ts";
import { githubForEach } from "../../support/github-tests.ts";
import { refusalFrom } from "../../support/refusal.ts";

let server: FakeGithub;
const open = githubForEach((started) => (server = started));
let folder: string;
beforeEach(() => {
  server.addPull();
  folder = mkdtempSync(join(tmpdir(), "github-publish-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const pull = (from: string) => ({
  pull_request: {
    number: 1,
    head: { sha: "a".repeat(40), repo: { full_name: from } },
    base: { sha: "b".repeat(40), ref: "main" },
  },
});

function runOf(event: object, name = "pull_request", id = "42") {
  writeFileSync(join(folder, "event.json"), JSON.stringify(event));
  return githubRun({
    ...server.env,
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: join(folder, "event.json"),
    GITHUB_REF: name === "push" ? "refs/heads/main" : "refs/pull/1/merge",
    GITHUB_RUN_ID: id,
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_STEP_SUMMARY: join(folder, "summary"),
    GITHUB_OUTPUT: join(folder, "output"),
  });
}

const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const outputs = (): Record<string, string> =>
  Object.fromEntries(
    [...read("output").matchAll(/^(\w+)<<(end-\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value]) => [
      name,
      value,
    ]),
  );
const preview = previewOf([
  environmentOf("dev", []),
  environmentOf("prod", [changeOf("delete", "database", { stateful: true }), changeOf("create", "web")]),
]);

it("writes the comment, the summary and the outputs", async () => {
  const { comment, said } = await publishPreview(preview, runOf(pull("acme/game")), open);
  expect(server.comments).toHaveLength(1);
  expect(server.comments[0]?.body).toContain("**DELETE** `database`");
  expect(read("summary")).toContain("**DELETE** `database`");
  expect(read("summary")).toContain("- `what is previewed is the merge of aaaaaaaaaaaa into main`");
  expect(outputs()).toEqual({ verdict: "changes", environments: '["prod"]', comment });
  expect(comment).toContain("#issuecomment-");
  expect(said).toEqual(["the preview is in the step summary", "the comment of #1 is created"]);
});

it("rewrites it when the next run finds nothing to change, and when the next one fails", async () => {
  await publishPreview(preview, runOf(pull("acme/game")), open);
  const nothing = previewOf([environmentOf("prod", [])]);
  await publishPreview(nothing, runOf(pull("acme/game"), "pull_request", "43"), open);
  expect(server.comments[0]?.body).toContain("nothing to change");
  expect(server.comments[0]?.body).not.toContain("DELETE");
  await publishPreview(previewOf([]), runOf(pull("acme/game"), "pull_request", "43"), open);
  expect(server.comments[0]?.body).toContain("no environment is touched");
  const error = {
    code: "E_AWS_CREDENTIALS" as const,
    what: "no credentials",
    state: "nothing",
    next: "log in",
  };
  const failed = previewOf([{ environment: "prod", offline: false, verdict: "failed", error }]);
  await publishPreview(failed, runOf(pull("acme/game"), "pull_request", "44"), open);
  expect(server.comments).toHaveLength(1);
  expect(server.comments[0]?.body).toMatch(/the preview failed[\s\S]*E_AWS_CREDENTIALS/);
});

it("leaves no older comment standing when a run ends before there is a preview", async () => {
  await publishPreview(preview, runOf(pull("acme/game")), open);
  const what = "there is no commit origin/gone @team";
  const refusal = new Refusal("E_USAGE", { what, state: "nothing was touched", next: "--base main" });
  await publishFailure(refusal, runOf(pull("acme/game"), "pull_request", "43"), open);
  expect(server.comments).toHaveLength(1);
  expect(server.comments[0]?.body).toContain("**FAILED** `E_USAGE`: `there is no commit origin/gone @team`");
  expect(server.comments[0]?.body).not.toContain("DELETE");
  await publishFailure(new TypeError("x is undefined"), runOf(pull("acme/game"), "pull_request", "44"), open);
  expect(server.comments[0]?.body).toContain("**FAILED** `E_BUG`: `Surefoot itself failed: x is undefined`");
  const before = server.comments[0]?.body;
  const stopped = new Refusal("E_INTERRUPTED", { what: "stopped", state: "", next: "" });
  await publishFailure(stopped, runOf(pull("acme/game"), "pull_request", "45"), open);
  expect(server.comments[0]?.body).toBe(before);
});

it("tries no comment for a fork, and says so", async () => {
  const { comment, said } = await publishPreview(preview, runOf(pull("mallory/game")), () => {
    throw new Error("GitHub is not to be asked");
  });
  expect([comment, said[1]]).toEqual([
    null,
    "no comment: #1 comes from a fork, where the token may only read",
  ]);
  expect(read("summary")).toContain("**DELETE** `database`");
  expect(outputs()).toMatchObject({ verdict: "changes", comment: "" });
  expect(server.requests).toEqual([]);
});

it("tries none for a run of no pull request", async () => {
  const { said } = await publishPreview(preview, runOf({ ref: "refs/heads/main" }, "push"), open);
  expect(said[1]).toBe("no comment: a run of push is of no pull request");
});

it("puts all that GitHub takes into the summary, and into the comment what fits", async () => {
  const many = Array.from({ length: 5000 }, (_, index) => changeOf("create", `node-${index}`));
  await publishPreview(previewOf([environmentOf("prod", many)]), runOf(pull("acme/game")), open);
  expect(read("summary")).toContain("`node-4999`");
  const [comment] = server.comments;
  expect(comment?.body).not.toContain("`node-4999`");
  expect(comment?.body).toContain(`[the run](https://github.example/acme/game/actions/runs/42)`);
  expect(Buffer.byteLength(comment?.body ?? "")).toBeLessThanOrEqual(65_536);
});

it("leaves a summary alone that is full already", async () => {
  writeFileSync(join(folder, "summary"), "x".repeat(1024 * 1024 - 100));
  const { said } = await publishPreview(preview, runOf(pull("acme/game")), open);
  expect(said[0]).toBe("the summary of this step is full: the preview is not in it");
  expect(read("summary")).toHaveLength(1024 * 1024 - 100);
});

it("refuses where the comment cannot be written, and the rest is there all the same", async () => {
  const token = server.addToken("ghs_reader", { ...bot, readOnly: true });
  const github = () => open({ GITHUB_TOKEN: token });
  const { code, state } = await refusalFrom(publishPreview(preview, runOf(pull("acme/game")), github));
  expect([code, state]).toEqual(["E_GITHUB_TOKEN", expect.stringContaining("is in the step summary")]);
  expect(outputs()["verdict"]).toBe("changes");
});
