// The hooks by themselves, on real repositories: what is pushed says what is run, and how it ends. The whole journey is in stories/push.
import { spawn } from "node:child_process";
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
import { makeBareRepository } from "../../../../pipelines/drivers/bare-repository.ts";
import { commit, git, gitEnvironment, makeRepository } from "../../../support/git.ts";
import { refusalFrom } from "../../../support/refusal.ts";

// In place of the command line: writes down what it was asked, and ends as the pushed file says.
const program = `import { appendFileSync, readFileSync, realpathSync } from "node:fs";
const [verb, ...words] = process.argv.slice(2);
const state = process.env.SUREFOOT_STATE ?? "none";
appendFileSync(process.env.HEARD, [verb, ...words, state].join(" ") + "\\n");
if (realpathSync(".") === realpathSync(process.env.SUREFOOT_REPO)) throw new Error("the folder of the hook is not ours");
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
  writeFileSync(join(repo, "node_modules", ".surefoot-setup"), "");
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
afterEach(() => rmSync(repo, { recursive: true, force: true }));

const heard = (): string[] =>
  existsSync(join(repo, "heard")) ? readFileSync(join(repo, "heard"), "utf8").trim().split("\n") : [];

function push(...words: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn("git", ["push", ...words], {
    cwd: repo,
    env: { ...process.env, ...gitEnvironment, HEARD: join(repo, "heard") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, said })));
}

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

test("other branches are kept and not delivered; the delivered one is neither deleted nor rewritten", async () => {
  expect((await push("here", "main:feature")).code).toBe(0);
  expect(heard()).toEqual([]);
  await push("here", "main");
  commit(repo, { answer: "other" });
  await push("here", "main");
  const told = heard().length;
  expect((await push("here", ":main")).code).not.toBe(0);
  git(repo, "reset", "--quiet", "--hard", "HEAD~1");
  commit(repo, { answer: "rewritten" });
  expect((await push("--force", "here", "main")).code).not.toBe(0);
  expect(heard().filter((line) => line.startsWith("deliver"))).toHaveLength(told / 2);
});

test("a remote of that name and a folder that is there are refused, and nothing is left behind", async () => {
  const again = { repo, remote: "here", path: `${bare}2`, branch: "main", hooks: "", settings: {} };
  expect((await refusalFrom(makeBareRepository(again))).code).toBe("E_REMOTE");
  const taken = { ...again, remote: "there", path: bare };
  expect((await refusalFrom(makeBareRepository(taken))).code).toBe("E_REMOTE");
  expect(readdirSync(join(repo, ".surefoot", "remotes"))).toEqual(["here.git"]);
});
