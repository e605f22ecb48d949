// The issue of a stack: one, in place, closed when clean and opened again; found by marker, never by what it says.
import { expect, it } from "vitest";
import { DRIFT_LABEL, syncIssue } from "../../../pipelines/github/issue.ts";
import { marker } from "../../../pipelines/github/marker.ts";
import type { FakeGithub } from "../../support/github.ts";
import { githubForEach } from "../../support/github-tests.ts";
import { refusalFrom } from "../../support/refusal.ts";

let server: FakeGithub;
const open = githubForEach((started) => (server = started));

const drift = (text: string, stack = "prod") => ({ stack, title: `Drift: ${stack}`, body: text });
const mark = marker("drift", { stack: "prod" });
const writes = (): number => server.requests.filter(({ method }) => method !== "GET").length;

it("is opened, rewritten, left alone, closed with a note, left closed, and opened again", async () => {
  const did: string[] = [];
  const sync = async (wanted: Parameters<typeof syncIssue>[1]) =>
    did.push((await syncIssue(open(), wanted)).did);
  await sync(drift("2 differ"));
  await sync(drift("3 differ"));
  await sync(drift("3 differ"));
  expect(server.issues).toMatchObject([
    { state: "open", labels: [DRIFT_LABEL], title: "Drift: prod", body: `${mark}\n3 differ` },
  ]);
  await sync({ stack: "prod", clean: "clean again" });
  expect(server.issues).toMatchObject([
    { state: "closed", stateReason: "completed", body: `${mark}\nclean again\n\n3 differ` },
  ]);
  await sync({ stack: "prod", clean: "clean again, a day later" });
  await sync(drift("1 differs"));
  expect(server.issues).toMatchObject([{ state: "open", body: `${mark}\n1 differs` }]);
  expect(did).toEqual(["opened", "updated", "unchanged", "closed", "unchanged", "reopened"]);
  // One of them makes the label.
  expect(writes()).toBe(5);
});

it("is not needed for a stack that was never found drifting", async () => {
  expect(await syncIssue(open(), { stack: "prod", clean: "clean" })).toEqual({ did: "none", url: null });
  expect(writes()).toBe(0);
});

it("is one per stack, on whichever page, and none that others wrote or that only tells of it", async () => {
  const others = [
    { body: marker("drift", { stack: "pro" }) },
    { body: `see ${mark}` },
    { body: `${mark}\nfake`, by: { login: "mallory" } },
    { body: `${mark}\na change`, pull: true },
    { body: `${mark}\nwithout the label`, labels: [] },
    ...Array.from({ length: 120 }, (_, index) => ({ body: marker("drift", { stack: `s${index}` }) })),
  ].map((one) => server.addIssue({ labels: [DRIFT_LABEL], ...one }));
  const before = structuredClone(others);
  const own = server.addIssue({ labels: [DRIFT_LABEL], body: `${mark}\nold` });
  expect(await syncIssue(open(), drift("new"))).toMatchObject({ did: "updated" });
  expect(own.body).toBe(`${mark}\nnew`);
  expect(others).toEqual(before);
});

it("is one where two runs open it at the same time", async () => {
  server.together("issues/list-for-repo", 2);
  await Promise.all(["a", "b"].map((text) => syncIssue(open(), drift(text))));
  expect(server.issues).toHaveLength(2);
  expect(server.issues[0]).toMatchObject({ state: "open", body: expect.stringContaining(mark) });
  expect(server.issues[1]).toMatchObject({
    state: "closed",
    body: "Same as #1.",
    stateReason: "not_planned",
  });
  await syncIssue(open(), drift("c"));
  expect(server.issues[0]).toMatchObject({ body: `${mark}\nc` });
});

it.each([["lost"], ["drop"], [503]] as const)("is one where the first answer is %s", async (as) => {
  server.fail({ as, on: "issues/create" });
  await syncIssue(open(), drift("text"));
  expect(server.issues).toMatchObject([{ body: `${mark}\ntext` }]);
});

it("makes its label, also where it is there, and does not go on where GitHub drops it", async () => {
  await syncIssue(open(), drift("a", "dev"));
  await syncIssue(open(), drift("b", "prod"));
  expect(server.labels).toContain(DRIFT_LABEL);
  expect(server.issues.map(({ labels }) => labels)).toEqual([[DRIFT_LABEL], [DRIFT_LABEL]]);
  const github = { ...open(), ensureLabel: async () => server.labels.splice(0).length as unknown as void };
  const { code, message } = await refusalFrom(syncIssue(github, drift("c", "staging")));
  expect([code, message]).toEqual(["E_GITHUB_TOKEN", expect.stringContaining("dropped the label")]);
  expect(server.issues.at(-1)).toMatchObject({ state: "closed", labels: [] });
});

it("has a harmless title, and stays below GitHub's limit when its note is added", async () => {
  const hostile = `x\u202e\n@everyone password=hunter2 ${"y".repeat(400)}`;
  await syncIssue(open(), { ...drift("z".repeat(65_400)), title: hostile });
  const [issue] = server.issues;
  expect(issue?.title).toMatch(/^x\\u\{202e\}\\u\{a\}@everyone password=\[secret\] y+$/);
  expect(issue?.title.length).toBe(200);
  await syncIssue(open(), { stack: "prod", clean: `clean ${"n".repeat(100)}` });
  expect(issue).toMatchObject({ state: "closed", body: expect.stringMatching(/^<!--.*-->\nclean n+$/) });
});

it("is found by an App of one's own: by its name, and without it when it has written", async () => {
  const app = { login: "our-deployer[bot]", app: "our-deployer" };
  const own = server.addIssue({ labels: [DRIFT_LABEL], body: `${mark}\nold`, by: app });
  const token = { GITHUB_TOKEN: server.addToken("ghs_app", app) };
  await syncIssue(open(token), drift("new"));
  expect(own).toMatchObject({ state: "open", body: `${mark}\nnew` });
  expect(server.issues.map(({ state }) => state)).toEqual(["open", "closed"]);
  const named = open({ ...token, SUREFOOT_GITHUB_LOGIN: app.login });
  expect(await syncIssue(named, { stack: "prod", clean: "clean" })).toMatchObject({ did: "closed" });
});
