// Asks a real git about files at commits, ranges and signatures, with what could mislead it.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  commitsBetween,
  fileAt,
  movesOnlyPins,
  signaturesOf,
} from "../../../pipelines/drivers/git-review.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { approverLine, beginGit, commitAs, gitIn, makePeople } from "../../support/reviewed.ts";
import { temporaryFolder } from "../../support/store.ts";

function repository(): string {
  const repo = temporaryFolder();
  beginGit(repo);
  commitAs(repo, "a@example.com", { f: "1" });
  return repo;
}

it("reads a file as it was at a commit, from a folder inside the repository too", async () => {
  const repo = repository();
  const first = commitAs(repo, "a@example.com", { "inner/environments/approvers": "one\n", "*": "star" });
  commitAs(repo, "a@example.com", { "inner/environments/approvers": "two\n" });
  expect(await fileAt(join(repo, "inner"), first, "environments/approvers")).toBe("one\n");
  expect(await fileAt(repo, first, "environments/approvers")).toBeNull();
  expect(await fileAt(repo, first, "inner/*")).toBeNull();
  expect((await refusalFrom(fileAt(repo, "a".repeat(40), "f"))).code).toBe("E_COMMIT");
  await expect(fileAt(repo, "--output=x", "f")).rejects.toThrow("is not the hash of a commit");
});

it("refuses a link, a folder's name and a huge file for a list", async () => {
  const repo = repository();
  symlinkSync("/etc/passwd", join(repo, "link"));
  mkdirSync(join(repo, "folder"));
  writeFileSync(join(repo, "folder", "file"), "x");
  writeFileSync(join(repo, "huge"), "x".repeat(1024 * 1024 + 1));
  const commit = commitAs(repo, "a@example.com");
  for (const path of ["link", "folder", "huge"])
    expect([path, (await refusalFrom(fileAt(repo, commit, path))).code]).toEqual([path, "E_APPROVERS"]);
});

it("is not misled by replaced commits and by a list of other names of the clone", async () => {
  const repo = repository();
  const base = gitIn(repo, ["rev-parse", "HEAD"]);
  const bad = commitAs(repo, "mallory@example.com", {
    f: "2",
    ".mailmap": "<nobody@x.example> <mallory@example.com>\n",
  });
  const good = commitAs(repo, "good@example.com", { f: "3" });
  gitIn(repo, ["replace", bad, base]);
  gitIn(repo, ["config", "log.mailmap", "true"]);
  gitIn(repo, ["config", "log.showSignature", "true"]);
  const commits = await commitsBetween(repo, base, good);
  expect(commits.map(({ mails }) => mails[0])).toEqual(["good@example.com", "mallory@example.com"]);
  expect((await commitsBetween(repo, null, good)).map(({ hash }) => hash)).toEqual([good]);
});

it("sees every commit and co-author, whatever the clone grafts and sets", async () => {
  const repo = repository();
  const base = gitIn(repo, ["rev-parse", "HEAD"]);
  commitAs(repo, "mallory@example.com", { f: "2" });
  const message = "pair\n\nCo-authored-by: Ann <Ann@example.com>\n\nand more words";
  const head = commitAs(repo, "good@example.com", { f: "3" }, { message });
  mkdirSync(join(repo, ".git", "info"), { recursive: true });
  writeFileSync(join(repo, ".git", "info", "grafts"), `${head} ${base}\n`);
  gitIn(repo, ["config", "trailer.separators", "#"]);
  gitIn(repo, ["config", "core.commentChar", "C"]);
  const commits = await commitsBetween(repo, base, head);
  expect(commits.map(({ mails }) => mails)).toEqual([
    ["good@example.com", "good@example.com", "ann@example.com"],
    ["mallory@example.com", "mallory@example.com"],
  ]);
});

it("does not take work for a merge, whatever the clone merges with and replaces", async () => {
  const repo = repository();
  gitIn(repo, ["checkout", "-q", "-b", "side"]);
  commitAs(repo, "a@example.com", { f: "2" });
  gitIn(repo, ["checkout", "-q", "main"]);
  const base = commitAs(repo, "a@example.com", { f: "3" });
  mkdirSync(join(repo, ".git", "info"), { recursive: true });
  writeFileSync(join(repo, ".git", "info", "attributes"), "* merge=evil\n");
  gitIn(repo, ["config", "merge.evil.driver", "echo evil > %A"]);
  gitIn(repo, ["merge", "-q", "--no-ff", "-m", "m", "side"], "mallory@example.com");
  const head = gitIn(repo, ["rev-parse", "HEAD"]);
  const merge = (await commitsBetween(repo, base, head)).find(({ hash }) => hash === head);
  expect(merge).toMatchObject({ empty: false, mails: ["mallory@example.com", "mallory@example.com"] });
});

it("tells good signatures from none, unknown and revoked ones, and asks no program of the clone's", async () => {
  const repo = repository();
  const people = makePeople();
  try {
    const [ann, bob] = [people.person("ann@example.com"), people.person("bob@example.com")];
    const commits = [
      commitAs(repo, ann, { f: "2" }, { signed: true }),
      commitAs(repo, bob, { f: "3" }, { signed: true }),
      commitAs(repo, ann, { f: "4" }),
    ];
    gitIn(repo, ["config", "gpg.ssh.program", join(repo, "evil")]);
    gitIn(repo, ["config", "log.showSignature", "true"]);
    const allowed = approverLine(ann);
    const [one, two, three] = await signaturesOf(repo, commits, { allowed, revoked: "" });
    expect(one).toEqual({ hash: commits[0], good: true, key: expect.stringMatching(/^SHA256:/) });
    expect(two).toEqual({ hash: commits[1], good: false, key: expect.stringMatching(/^SHA256:/) });
    expect(three).toEqual({ hash: commits[2], good: false, key: null });
    const revoked = `${ann.publicKey}\n`;
    expect((await signaturesOf(repo, commits, { allowed, revoked })).map(({ good }) => good)).toEqual([
      false,
      false,
      false,
    ]);
    const forGit = approverLine(ann, 'namespaces="surefoot-approval"');
    expect((await signaturesOf(repo, commits, { allowed: forGit, revoked: "" }))[0]?.good).toBe(false);
  } finally {
    people.end();
  }
});

it("knows a commit that only moves pins", async () => {
  const repo = repository();
  const pins = commitAs(repo, "a@example.com", { "environments/releases/prod.json": "{}" });
  const both = commitAs(repo, "a@example.com", { "environments/releases/prod.json": "{ }", f: "9" });
  const code = commitAs(repo, "a@example.com", { "environments/releases/prod.ts": "evil()" });
  const none = commitAs(repo, "a@example.com");
  expect(await Promise.all([pins, both, code, none].map((one) => movesOnlyPins(repo, one)))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
