// Tests which environments are looked at: those that are named, those of them that the change reaches, and why not the others.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compareWith } from "../../../pipelines/drivers/git-compare.ts";
import { chooseEnvironments } from "../../../pipelines/preview/choose.ts";
import { commit, git, makeRepository } from "../../support/git.ts";
import { refusalFrom } from "../../support/refusal.ts";

let repo = "";
let before = "";

beforeAll(() => {
  repo = makeRepository();
  const description = "platform: local\nservices: {}\n";
  const names = ["dev", "staging", "prod", "attic"];
  const files = names.map((name) => [`environments/${name}.yaml`, description]);
  before = commit(repo, Object.fromEntries(files));
  git(repo, "rm", "--quiet", "environments/attic.yaml");
  writeFileSync(join(repo, "environments/prod.yaml"), `${description}# more\n`);
  commit(repo, {});
});
afterAll(() => rmSync(repo, { recursive: true, force: true }));

const choose = async (named: string[], { reached = true, offline = false } = {}) => {
  const comparison = await compareWith(repo, before);
  return chooseEnvironments(repo, named, { offline, comparison, reached });
};
const gone = { environment: "attic", why: expect.stringContaining("takes its description away") };
const notReached = (environment: string) => ({
  environment,
  why: expect.stringMatching(/reaches it$/),
});

it("looks at all that are named, each once, whatever the change reaches", async () => {
  const { chosen, skipped } = await choose(["staging", "dev", "staging"], { reached: false });
  expect([chosen, skipped]).toEqual([["staging", "dev"], []]);
});

it("looks of those that are named only at what is reached, and says why not of the others", async () => {
  expect(await choose(["dev", "prod"])).toEqual({ chosen: ["prod"], skipped: [notReached("dev"), gone] });
  expect(await choose(["dev"])).toEqual({ chosen: [], skipped: [notReached("dev"), gone] });
});

it("says of a named one that its description is taken away; refuses one that never was", async () => {
  expect(await choose(["attic"])).toEqual({ chosen: [], skipped: [gone] });
  expect((await refusalFrom(choose(["attic", "edge"]))).code).toBe("E_ENVIRONMENT");
  expect((await refusalFrom(choose(["attic"], { reached: false }))).code).toBe("E_ENVIRONMENT");
});

it("looks at a rehearsal that is named", async () => {
  expect((await choose(["local/dev", "prod"])).chosen).toEqual(["prod", "local/dev"]);
});

it("without names is the same with and without the word", async () => {
  const all = await choose([]);
  expect(all).toEqual({ chosen: ["prod"], skipped: [notReached("dev"), notReached("staging"), gone] });
  expect(await choose([], { reached: false })).toEqual(all);
});

it("offline says of a named one that nothing stands in for its platform", async () => {
  const { chosen, skipped } = await choose(["prod"], { offline: true });
  expect(chosen).toEqual([]);
  expect(skipped).toEqual([{ environment: "prod", why: expect.stringContaining("nothing stands in") }, gone]);
});
