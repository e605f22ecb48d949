// Pins brought to a branch: on top of whatever is there, without touching what is checked out.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commitPins, parsePinBranch, pullPins } from "../../../pipelines/drivers/pin-commits.ts";
import { commit, git, makeRepository } from "../../support/git.ts";
import { refusalFrom } from "../../support/refusal.ts";

const origin = { remote: "origin", branch: "main" };
let [bare, repo, other] = ["", "", ""];
beforeEach(() => {
  bare = makeRepository("--bare");
  [repo, other] = [makeRepository(), makeRepository()];
  for (const one of [repo, other]) git(one, "remote", "add", "origin", bare);
  commit(repo, { "app.ts": "1" });
  git(repo, "push", "--quiet", "origin", "main");
  git(other, "pull", "--quiet", "origin", "main");
});
afterEach(() => {
  for (const one of [bare, repo, other]) rmSync(one, { recursive: true, force: true });
});

const writePins = (folder: string, environment: string, text: string): void => {
  mkdirSync(join(folder, "environments", "releases"), { recursive: true });
  writeFileSync(join(folder, "environments", "releases", `${environment}.json`), text);
};
const told = (): string[] => git(bare, "log", "--format=%s", "main").split("\n");

test("lands on top of what others pushed meanwhile, and leaves the checkout where it was", async () => {
  commit(other, { "other.ts": "1" }, "somebody else");
  git(other, "push", "--quiet", "origin", "main");
  const head = git(repo, "rev-parse", "HEAD");
  writePins(repo, "prod", '{"app":1}\n');
  const made = await commitPins(repo, origin, { environment: "prod", message: "prod: app r1" });
  expect(made).toMatch(/^[0-9a-f]{40}$/);
  expect(told()).toEqual(["prod: app r1", "somebody else", "change"]);
  expect(git(repo, "rev-parse", "HEAD")).toBe(head);
  expect(git(bare, "show", "main:environments/releases/prod.json")).toBe('{"app":1}');
  expect(await commitPins(repo, origin, { environment: "prod", message: "again" })).toBeNull();
});

test("what the clone asks of a person's own pushes does not stop it", async () => {
  writeFileSync(join(repo, ".git", "hooks", "pre-push"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  writePins(repo, "prod", "{}\n");
  await commitPins(repo, origin, { environment: "prod", message: "prod: app r1" });
  expect(told()[0]).toBe("prod: app r1");
});

test("two at the same moment both land", async () => {
  writePins(repo, "prod", "{}\n");
  writePins(other, "dev", "{}\n");
  await Promise.all([
    commitPins(repo, origin, { environment: "prod", message: "prod" }),
    commitPins(other, origin, { environment: "dev", message: "dev" }),
  ]);
  expect(told().toSorted()).toEqual(["change", "dev", "prod"]);
});

test("takes over the pins of the branch, and nothing else of it", async () => {
  commit(other, { "environments/releases/prod.json": '{"app":2}\n', "app.ts": "2" });
  git(other, "push", "--quiet", "origin", "main");
  await pullPins(repo, origin);
  expect(readFileSync(join(repo, "environments", "releases", "prod.json"), "utf8")).toBe('{"app":2}\n');
  expect(readFileSync(join(repo, "app.ts"), "utf8")).toBe("1");
});

test("in a tree of the bare repository itself the branch moves, and no hook runs", async () => {
  const tree = join(bare, "tree");
  writeFileSync(join(bare, "hooks", "pre-receive"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  git(bare, "worktree", "add", "--quiet", "--detach", tree, "main");
  writePins(tree, "dev", "{}\n");
  await commitPins(tree, { remote: ".", branch: "main" }, { environment: "dev", message: "dev" });
  expect(told()).toEqual(["dev", "change"]);
});

test("a branch that is checked out and a remote that says no are refused, each in its words", async () => {
  writePins(repo, "dev", "{}\n");
  const here = await refusalFrom(
    commitPins(repo, { remote: ".", branch: "main" }, { environment: "dev", message: "dev" }),
  );
  expect([here.code, here.message]).toEqual(["E_PINS_PUSH", expect.stringContaining("not bare")]);
  writeFileSync(join(bare, "hooks", "pre-receive"), "#!/bin/sh\necho frozen >&2\nexit 1\n", { mode: 0o755 });
  const no = await refusalFrom(commitPins(repo, origin, { environment: "dev", message: "dev" }));
  expect([no.code, [no.message, ...no.details].join()]).toEqual([
    "E_PINS_PUSH",
    expect.stringContaining("frozen"),
  ]);
});

test("what git cannot write of our commit is refused in its words", async () => {
  const refusal = await refusalFrom(commitPins(repo, origin, { environment: "dev", message: "dev" }));
  expect(refusal).toMatchObject({
    code: "E_PINS_PUSH",
    message: expect.stringMatching(/could not be brought to origin\/main: fatal: .*releases\/dev\.json/),
    state: expect.stringContaining("only git does not know it yet"),
  });
});

test.runIf(existsSync("/dev/full"))(
  "on a full disk the pins stay as they were, and nothing lies beside them",
  async () => {
    commit(other, { "environments/releases/prod.json": '{"app":2}\n' });
    git(other, "push", "--quiet", "origin", "main");
    writePins(repo, "prod", '{"app":1}\n');
    const folder = join(repo, "environments", "releases");
    symlinkSync("/dev/full", join(folder, "prod.json.new"));
    expect(await refusalFrom(pullPins(repo, origin))).toMatchObject({ code: "E_DISK_FULL" });
    expect(readFileSync(join(folder, "prod.json"), "utf8")).toBe('{"app":1}\n');
    expect(readdirSync(folder)).toEqual(["prod.json"]);
  },
);

test("where a remote is gone its pins cannot be read, and nothing was begun", async () => {
  rmSync(bare, { recursive: true });
  expect(await refusalFrom(pullPins(repo, origin))).toMatchObject({
    code: "E_PINS_PUSH",
    message: expect.stringContaining("the pins of origin/main could not be taken over"),
    state: "nothing was begun",
    next: "mend that, then the same command again",
  });
});

test("reads where pins go, and refuses what could be an option", () => {
  expect(parsePinBranch("origin/main")).toEqual(origin);
  expect(parsePinBranch("./main")).toEqual({ remote: ".", branch: "main" });
  expect(parsePinBranch("origin/release/1.x")).toEqual({ remote: "origin", branch: "release/1.x" });
  for (const text of ["main", "--upload-pack=x/main", "origin/", "origin/--force", "a b/c"])
    expect(() => parsePinBranch(text)).toThrow("is not <remote>/<branch>");
});
