// The comment of a pull request: one, our own, in place, whatever others write, whatever gets lost, however many runs write at once.
import { beforeEach, expect, it } from "vitest";
import { upsertComment } from "../../../pipelines/github/comment.ts";
import { marker } from "../../../pipelines/github/marker.ts";
import { bot } from "../../support/github.ts";
import type { FakeGithub } from "../../support/github.ts";
import { githubForEach } from "../../support/github-tests.ts";
import { refusalFrom } from "../../support/refusal.ts";

let server: FakeGithub;
const open = githubForEach((started) => (server = started));
beforeEach(() => {
  server.addPull();
  server.addPull();
});

const mark = marker("preview", { pull: 1, target: "all" });
const bodies = (): string[] => server.comments.map(({ body }) => body);
const writes = (): string[] =>
  server.requests.filter(({ method }) => method !== "GET").map(({ method }) => method);

it("is written once and then rewritten in place, also when there is nothing to change any more", async () => {
  const first = await upsertComment(open(), { pull: 1 }, "2 to create");
  expect(first).toMatchObject({ did: "created", removed: 0, url: expect.stringMatching(/#issuecomment-/) });
  const second = await upsertComment(open(), { pull: 1 }, "nothing to change");
  expect(second).toMatchObject({ did: "updated", url: first.url });
  expect(bodies()).toEqual([`${mark}\nnothing to change`]);
  expect(writes()).toEqual(["POST", "PATCH"]);
});

it("is not written again where it says the same, however GitHub ends its lines", async () => {
  server.addComment(1, bot, `${mark}\r\na\r\nb\r\n`);
  expect(await upsertComment(open(), { pull: 1 }, "a\nb")).toMatchObject({ did: "unchanged" });
  expect(writes()).toEqual([]);
});

it("is found on whichever page it is", async () => {
  for (let index = 0; index < 150; index += 1) server.addComment(1, { login: "ada" }, "talk");
  const own = server.addComment(1, bot, `${mark}\nold`);
  server.addComment(1, { login: "ada" }, "more talk");
  expect(await upsertComment(open(), { pull: 1 }, "new")).toMatchObject({ did: "updated" });
  expect(own.body).toBe(`${mark}\nnew`);
});

it("is never one that somebody else wrote, is quoted, or belongs elsewhere", async () => {
  const others = [
    server.addComment(1, { login: "mallory" }, `${mark}\nfake`),
    server.addComment(1, bot, `> ${mark}\nquoted`),
    server.addComment(1, bot, `see\n${mark}`),
    server.addComment(1, bot, marker("preview", { pull: 1, target: "prod" })),
    server.addComment(1, bot, marker("preview", { pull: 11, target: "all" })),
    server.addComment(2, bot, `${mark}\nanother pull request`),
  ].map((one) => ({ ...one }));
  expect(await upsertComment(open(), { pull: 1 }, "mine")).toMatchObject({ did: "created", removed: 0 });
  expect(server.comments.slice(0, -1)).toEqual(others);
});

it("is one where two runs find none and both write one", async () => {
  server.together("issues/list-comments", 2);
  const both = await Promise.all(["a", "b"].map((text) => upsertComment(open(), { pull: 1 }, text)));
  expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(2);
  expect(server.comments).toHaveLength(1);
  expect(new Set(both.map(({ url }) => url)).size).toBe(1);
  expect([`${mark}\na`, `${mark}\nb`]).toContain(bodies()[0]);
});

it("is one where five runs write at the same time, and the newest of them has the last word", async () => {
  server.together("issues/list-comments", 5);
  const runs = [3, 1, 5, 2, 4].map((id) =>
    upsertComment(open(), { pull: 1, run: { id, attempt: 1 } }, `of ${id}`),
  );
  await Promise.all(runs);
  // Whoever comes late sees what is there.
  await upsertComment(open(), { pull: 1, run: { id: 5, attempt: 1 } }, "of 5");
  expect(bodies()).toEqual([`${mark}\n<!-- surefoot:run 5.1 -->\nof 5`]);
  const late = await upsertComment(open(), { pull: 1, run: { id: 4, attempt: 9 } }, "of 4");
  expect(late.did).toBe("superseded");
  expect(bodies()[0]).toContain("of 5");
  expect(await upsertComment(open(), { pull: 1, run: { id: 5, attempt: 2 } }, "again")).toMatchObject({
    did: "updated",
  });
});

it("loses its duplicates of an earlier race, and no other comment", async () => {
  const [oldest] = ["a", "b", "c"].map((text) => server.addComment(1, bot, `${mark}\n${text}`));
  server.addComment(1, { login: "ada" }, "talk");
  expect(await upsertComment(open(), { pull: 1 }, "d")).toMatchObject({ did: "updated", removed: 2 });
  expect(server.comments.map(({ id }) => id)).toEqual([oldest?.id, expect.any(Number)]);
  expect(bodies()).toEqual([`${mark}\nd`, "talk"]);
});

it.each([["lost"], ["drop"], [502]] as const)(
  "is one where the answer to the first attempt is %s",
  async (as) => {
    server.fail({ as, on: "issues/create-comment" });
    await upsertComment(open(), { pull: 1 }, "text");
    expect(bodies()).toEqual([`${mark}\ntext`]);
  },
);

it("is written anew where somebody removes it meanwhile", async () => {
  const { id } = server.addComment(1, bot, `${mark}\nold`);
  const github = open();
  const raced = {
    ...github,
    updateComment: async (...words: Parameters<typeof github.updateComment>) => {
      server.comments.splice(
        server.comments.findIndex((one) => one.id === id),
        1,
      );
      return github.updateComment(...words);
    },
  };
  expect(await upsertComment(raced, { pull: 1 }, "new")).toMatchObject({ did: "created" });
  expect(bodies()).toEqual([`${mark}\nnew`]);
});

it("is found again by an App of one's own, whose token does not tell its name", async () => {
  const app = { login: "our-deployer[bot]", app: "our-deployer" };
  const token = server.addToken("ghs_app", app);
  const own = server.addComment(1, app, `${mark}\nold`);
  expect(await upsertComment(open({ GITHUB_TOKEN: token }), { pull: 1 }, "new")).toMatchObject({
    did: "updated",
    removed: 1,
  });
  expect(server.comments.map(({ id, body }) => [id, body])).toEqual([[own.id, `${mark}\nnew`]]);
});

it("is refused in clear words where the token may only read, and where GitHub stays away", async () => {
  const token = server.addToken("ghs_reader", { ...bot, readOnly: true });
  expect((await refusalFrom(upsertComment(open({ GITHUB_TOKEN: token }), { pull: 1 }, "x"))).code).toBe(
    "E_GITHUB_TOKEN",
  );
  server.fail({ as: "drop", on: "issues/create-comment", times: 9 });
  expect((await refusalFrom(upsertComment(open(), { pull: 1 }, "x"))).code).toBe("E_GITHUB_UNREACHABLE");
  expect(server.comments).toEqual([]);
});
