// The hooks by themselves, on real repositories: what is pushed says what is run, and how it ends. The whole journey is in stories/push.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { commitPins } from "../../../../pipelines/drivers/pin-commits.ts";
import { makeBareRepository } from "../../../../pipelines/drivers/bare-repository.ts";
import { commit, git, gitEnvironment, makeRepository } from "../../../support/git.ts";
import { refusalFrom } from "../../../support/refusal.ts";

// In place of the command line: writes down what it was asked, and ends as the pushed file says.
const program = `import { appendFileSync, readFileSync, realpathSync } from "node:fs";
const [verb, ...words] = process.argv.slice(2);
const state = process.env.SUREFOOT_STATE ?? "none";
appendFileSync(process.env.HEARD, [verb, ...words, state].join(" ") + "\\n");
if (realpathSync(".") === realpathSync(process.env.SUREFOOT_REPO)) throw new Error("the folder of the hook is not ours");
if (readFileSync(process.argv[1], "utf8").includes("\\r")) throw new Error("these are not the bytes of the commit");
if (verb === "check" && readFileSync(process.env.SUREFOOT_REPO + "/answer", "utf8") === "broken") {
  console.error("environments/prod.yaml:1:1 all of it");
  process.exit(1);
}
if (verb === "deliver" && readFileSync(process.env.SUREFOOT_REPO + "/answer", "utf8") === "bad") process.exit(1);
`;

let repo: string;
let bare: string;
beforeEach(async () => {
  repo = makeRepository();
  bare = join(repo, ".surefoot", "remotes", "here.git");
  mkdirSync(join(repo, "node_modules", ".bin"), { recursive: true });
  symlinkSync(process.execPath, join(repo, "node_modules", ".bin", "node"));
  writeFileSync(
    join(repo, "node_modules", ".surefoot-setup"),
    createHash("sha256").update("{}").digest("hex"),
  );
  commit(repo, {
    ".gitignore": "node_modules/\n.surefoot/\nheard\n",
    "package-lock.json": "{}",
    "scripts/surefoot.mjs": program,
    answer: "fine",
  });
  await makeBareRepository({
    repo,
    remote: "here",
    path: bare,
    branch: "main",
    hooks: join(import.meta.dirname, "../../../../pipelines/remote/hooks"),
    settings: { environments: "local/dev local/prod", state: "/state of mine" },
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  settings = {};
  rmSync(repo, { recursive: true, force: true });
});

const heard = (): string[] =>
  existsSync(join(repo, "heard")) ? readFileSync(join(repo, "heard"), "utf8").trim().split("\n") : [];

function push(...words: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn("git", ["push", ...words], {
    cwd: repo,
    env: { ...process.env, ...gitEnvironment, HEARD: join(repo, "heard"), ...settings },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, said })));
}

// Of whoever pushes.
let settings: Record<string, string> = {};
const trees = (): string[] => readdirSync(join(bare, "surefoot", "trees"));

test("checks, then delivers where it was told to, with the state of the clone, and leaves no tree behind", async () => {
  const { code } = await push("here", "main");
  expect(code).toBe(0);
  expect(heard()).toEqual(["check none", "deliver local/dev local/prod --commit-pins ./main /state of mine"]);
  expect(trees()).toEqual([]);
  expect(git(bare, "worktree", "list").split("\n")).toHaveLength(1);
});

test("a broken description is refused with its complaints, and the branch does not move", async () => {
  await push("here", "main");
  commit(repo, { answer: "broken" });
  const { code, said } = await push("here", "main");
  expect(code).not.toBe(0);
  expect(said).toContain("environments/prod.yaml:1:1 all of it");
  expect(said).toContain("main did not move");
  expect(git(bare, "rev-parse", "main")).toBe(git(repo, "rev-parse", "HEAD~1"));
  expect(trees()).toEqual([]);
});

test("a file that a commit hides from exports is checked all the same", async () => {
  commit(repo, { answer: "broken", ".gitattributes": "answer export-ignore\n" });
  expect((await push("here", "main")).code).not.toBe(0);
});

test("a delivery that does not end well is said, and the push stands", async () => {
  commit(repo, { answer: "bad" });
  const { code, said } = await push("here", "main");
  expect([code, said]).toEqual([0, expect.stringContaining("the delivery did not end well")]);
});

test("where nothing could be begun once the branch had moved, it says so, and what to push then", async () => {
  writeFileSync(join(bare, "worktrees"), "in the way");
  const first = await push("here", "main");
  expect([first.code, heard()]).toEqual([0, ["check none"]]);
  expect(first.said).toContain(
    "main moved and nothing was delivered; once the cause is gone: git commit --all",
  );
  expect(trees()).toEqual([]);
  rmSync(join(bare, "worktrees"));
  git(repo, "commit", "--quiet", "--allow-empty", "--message", "go on");
  const { said } = await push("here", "main");
  expect([heard().length, said]).toEqual([3, expect.not.stringContaining("nothing was delivered")]);
});

test("what the pusher's own settings say of line ends changes nothing; a namespace is refused", async () => {
  const file = join(repo, ".surefoot", "settings");
  writeFileSync(file, "[core]\n\tautocrlf = true\n\teol = crlf\n");
  settings = { GIT_CONFIG_GLOBAL: file };
  expect((await push("here", "main")).code).toBe(0);
  expect(heard()).toHaveLength(2);
  settings = { GIT_NAMESPACE: "team" };
  commit(repo, { answer: "more" });
  const { code, said } = await push("here", "main");
  expect([code === 0, said]).toEqual([false, expect.stringContaining("GIT_NAMESPACE is set")]);
});

test("other branches are kept and not delivered; the delivered one is neither deleted nor rewritten", async () => {
  expect((await push("here", "main:feature")).code).toBe(0);
  expect(heard()).toEqual([]);
  await push("here", "main");
  commit(repo, { answer: "other" });
  await push("here", "main");
  const told = heard().length;
  const deletion = await push("here", ":main");
  expect([deletion.code === 0, deletion.said]).toEqual([false, expect.stringContaining("delet")]);
  git(repo, "reset", "--quiet", "--hard", "HEAD~1");
  commit(repo, { answer: "rewritten" });
  expect((await push("--force", "here", "main")).code).not.toBe(0);
  expect(heard().filter((line) => line.startsWith("deliver"))).toHaveLength(told / 2);
});

test("pins that a rollout pushes are checked and not delivered: it would wait for itself; those of a person are", async () => {
  await push("here", "main");
  vi.stubEnv("HEARD", join(repo, "heard"));
  const verbs = () => heard().map((line) => line.split(" ")[0]);
  const pins = join(repo, "environments", "releases");
  mkdirSync(pins, { recursive: true });
  writeFileSync(join(pins, "prod.json"), "{}");
  const at = { remote: "here", branch: "main" };
  await commitPins(repo, at, { environment: "prod", message: "prod: app r1 is verified" });
  expect(verbs()).toEqual(["check", "deliver", "check"]);
  rmSync(join(pins, "prod.json"));
  git(repo, "pull", "--quiet", "--rebase", "here", "main");
  commit(repo, { "environments/releases/prod.json": '{"app":1}' }, "back by hand");
  await push("here", "main");
  git(repo, "commit", "--quiet", "--allow-empty", "--message", "go on");
  await push("here", "main");
  expect(verbs().filter((verb) => verb === "deliver")).toHaveLength(3);
});

test("the tree of a hook that was killed goes with the next push, unless something still runs in it", async () => {
  await push("here", "main");
  const dead = spawn("true");
  await once(dead, "close");
  const [left, busy] = ["push-1", "push-2"].map((name) =>
    join(bare, "surefoot", "trees", `${name}-${dead.pid}`),
  ) as [string, string];
  for (const folder of [left, busy]) git(bare, "worktree", "add", "--quiet", "--detach", folder, "main");
  for (const end of ["index", "index.lock"]) writeFileSync(`${left.replace("push", "check")}.${end}`, "");
  const running = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", busy]);
  commit(repo, { answer: "more" });
  await push("here", "main");
  expect(trees()).toEqual([basename(busy)]);
  running.kill();
  await once(running, "close");
  commit(repo, { answer: "still more" });
  await push("here", "main");
  expect(trees()).toEqual([]);
  expect(git(bare, "worktree", "list").split("\n")).toHaveLength(1);
});

test("a remote of that name and a folder that is there are refused, and nothing is left behind", async () => {
  const again = { repo, remote: "here", path: `${bare}2`, branch: "main", hooks: "", settings: {} };
  expect((await refusalFrom(makeBareRepository(again))).code).toBe("E_REMOTE");
  const taken = { ...again, remote: "there", path: bare };
  expect((await refusalFrom(makeBareRepository(taken))).code).toBe("E_REMOTE");
  expect(readdirSync(join(repo, ".surefoot", "remotes"))).toEqual(["here.git"]);
});

test("a commit that brings its own libraries is refused; a file of any name is not in the way", async () => {
  commit(repo, { index: "a file of that name" });
  expect((await push("here", "main")).code).toBe(0);
  git(repo, "rm", "--quiet", ".gitignore");
  writeFileSync(join(repo, ".git", "info", "exclude"), "heard\n.surefoot\nnode_modules/.bin\n");
  commit(repo, { "node_modules/zx/index.js": "throw new Error('not what the lockfile names')" });
  const { code, said } = await push("here", "main");
  expect([code === 0, said]).toEqual([false, expect.stringContaining("the commit holds node_modules")]);
  expect(trees()).toEqual([]);
});
