// A pull request's preview, offline: base against head by the real engine and the stand-ins, only what the change reaches, in every format.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { ChangePreview, EnvironmentPreview } from "../../pipelines/preview/document.ts";
import { git } from "../support/git.ts";
import { makeTeam } from "../support/team.ts";
import type { Team } from "../support/team.ts";
import { processesOf } from "../support/world.ts";

let team: Team;
const start = (...words: string[]) => team.start("preview", ...words);
const json = (...words: string[]) => team.json<ChangePreview>("preview", ...words);
const append = (path: string, text: string): void => appendFileSync(join(team.repo, path), text);
const growProd = (): void => team.edit("environments/prod.yaml", "nodes: 50", "nodes: 60");
const shown = ({ environments }: ChangePreview): string[] =>
  (environments as EnvironmentPreview[]).flatMap(({ environment, changes = [] }) =>
    changes.map(({ op, name }) => `${environment} ${op} ${name}`),
  );

beforeAll(() => {
  team = makeTeam();
  team.commit("base");
});
beforeEach(() => {
  vi.unstubAllEnvs();
  vi.stubEnv("CANARY_TOKEN", "canary4711");
  git(team.repo, "checkout", "--quiet", ".");
  git(team.repo, "clean", "--force", "-d", "--quiet");
});
afterAll(() => team.end());

test("50 to 60 nodes is one update of prod; the others are not looked at; nothing of it stays", async () => {
  growProd();
  const pin = {
    current: { id: "r2+canary4711", release: "r2", digest: "d", configHash: "c", config: {}, start: "x" },
    history: [],
  };
  mkdirSync(join(team.repo, "environments", "releases"), { recursive: true });
  writeFileSync(join(team.repo, "environments", "releases", "prod.json"), JSON.stringify({ server: pin }));
  const page = join(team.temporary, "page.html");
  const document = await json("--base", "main", "--offline", "--format", "html", "--output", page);
  const html = readFileSync(page, "utf8");
  expect(shown(document)).toEqual(["prod update server"]);
  expect(document.environments[0]).toMatchObject({
    offline: true,
    verdict: "changes",
    pins: [{ service: "server", from: null, to: "r2+[secret]" }],
  });
  expect(document.skipped.map(({ environment }) => environment)).toEqual(["dev", "staging"]);
  expect(document).toMatchObject({ head: { dirty: true }, base: { ref: "main" } });
  for (const says of ["desiredCapacity", "skipped <b>dev", "offline", "r2+[secret]"])
    expect(html).toContain(says);
  expect(`${html}${JSON.stringify(document)}`).not.toContain("canary4711");
  rmSync(page);
  expect(readdirSync(team.temporary)).toEqual([]);
});

test("a change that makes nothing else is clean against its base; what reaches nothing looks at nothing", async () => {
  append("infra/platforms/aws/fleet.ts", "// no change of what it makes\n");
  const { environments } = await json("dev", "--base", "main", "--offline");
  expect(environments).toMatchObject([{ environment: "dev", verdict: "clean", counts: { create: 0 } }]);
  git(team.repo, "checkout", "--quiet", ".");
  append("infra/platforms/ssh/index.ts", "// of another platform\n");
  writeFileSync(join(team.repo, "NOTES.md"), "words");
  const none = await json("--base", "main", "--offline");
  expect([none.environments, none.skipped.length]).toEqual([[], 3]);
});

test("a look into each environment by itself, joined, is the preview of the whole; without the engine, without a key", async () => {
  growProd();
  const looks = join(team.temporary, "looks");
  mkdirSync(looks);
  const look = (name: string) =>
    start(
      name,
      "--base",
      "main",
      "--reached",
      "--offline",
      "--format",
      "json",
      "--output",
      join(looks, `${name}.json`),
    );
  for (const name of ["dev", "staging", "prod"]) expect((await look(name).ended).code).toBe(0);
  const whole = await json("--base", "main", "--offline");
  // No engine can be found there.
  vi.stubEnv("SUREFOOT_CACHE", join(team.temporary, "empty"));
  const joined = await json("--join", looks);
  writeFileSync(
    join(looks, "prod.json"),
    readFileSync(join(looks, "prod.json"), "utf8").replace("changes", "chances"),
  );
  const damaged = await start("--join", looks).ended;
  rmSync(join(looks, "prod.json"));
  const { environments: without } = await json("--join", looks);
  rmSync(looks, { recursive: true });
  // What is not priced comes in the order in which the engine got to it.
  const still = (one: ChangePreview) => ({
    ...one,
    environments: one.environments.map((each) => ({ ...each, seconds: 0, cost: null })),
  });
  expect(shown(joined)).toEqual(["prod update server"]);
  expect(still(joined)).toEqual(still(whole));
  expect([damaged.code, damaged.stderr]).toEqual([
    1,
    expect.stringMatching(/^E_PREVIEW_DOCUMENT prod\.json/m),
  ]);
  expect(without).toMatchObject([
    { environment: "prod", verdict: "failed", error: { code: "E_PREVIEW_MISSING" } },
  ]);
  expect((await start("dev", "--join", looks).ended).code).toBe(2);
  expect((await start("dev", "--reached").ended).code).toBe(2);
}, 300_000);

test("one that fails is told in its place and the others go on; without the base's packages all is new, and said so", async () => {
  append("environments/prod.yaml", "\nunknownKey: 1\n");
  append("package-lock.json", " ");
  const { stdout, code } = await start("dev", "prod", "--base", "main", "--offline").ended;
  expect(code).toBe(1);
  expect(stdout).toMatch(/^ {2}dev: changes: \d+ to create$/m);
  expect(stdout).toMatch(/^ {2}prod: failed: the description of prod has 1 mistake$/m);
  expect(stdout).toMatch(/remark {2}everything is shown as new: package-lock.json differs/);
});

test("a base that is not there is refused before anything is begun", async () => {
  const { code, stderr } = await start("--base", "absent", "--offline").ended;
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^E_BASE git knows no commit "absent"/)]);
  expect((await start("prod", "--offline", "--drift").ended).code).toBe(2);
});

test("interrupted while the base is played, it ends what it began and leaves nothing behind", async () => {
  growProd();
  const { child, ended } = start("--base", "main", "--offline");
  // The engine of the base is at work by then.
  const inBase = (): boolean =>
    processesOf(team.temporary).some(({ command }) => command.includes("aws-provider.ts"));
  await vi.waitUntil(() => inBase() || child.exitCode !== null, { timeout: 60_000, interval: 50 });
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  expect([code, stderr]).toEqual([1, expect.stringContaining("E_INTERRUPTED")]);
  expect(processesOf(team.temporary)).toEqual([]);
  expect(readdirSync(team.temporary).filter((name) => existsSync(join(team.temporary, name)))).toEqual([]);
});
