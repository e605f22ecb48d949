// Who may approve a change and who made it: approvers of both sides of it, and the authors of its commits.
import { commitsBetween, fileAt, movesOnlyPins, signaturesOf } from "../drivers/git-review.ts";
import type { CommitSignature, MadeCommit } from "../drivers/git-review.ts";
import { Refusal } from "../errors.ts";
import { parseApprovers, parseRevoked, personOf } from "./approvers.ts";
import type { ApproverKey } from "./approvers.ts";
import type { ChangePlan, ReviewedRange } from "./change.ts";

export const approversFile = "environments/approvers";
const revokedFile = "environments/revoked-keys";

/** The approvers as one side of the change has them. */
export interface Side {
  /** `this commit`, or the one that was last carried out. */
  label: string;
  keys: ApproverKey[];
  revoked: ApproverKey[];
}

export interface People {
  sides: Side[];
  /** Parts that were never carried out here: for them only the last commit is known to be part of the change. */
  firstTime: string[];
  /** `infra`, `release <service>`: nobody's work is new in them. They are carried out again, and who made them last made this. */
  again: string[];
  /** Persons (as `personOf` names them) who made the change, and how they are called. */
  authors: Map<string, string>;
  personOf: (nameOrKey: string) => string;
  /** Commits without a good signature of an approver's key. */
  unsigned: string[];
}

type Change = Pick<ChangePlan, "commit" | "ranges">;

/** Reads all of it from git. Refuses with E_APPROVERS where a file is missing or has mistakes, with E_COMMIT where history is missing. */
export async function peopleOf(repo: string, change: Change, builders: readonly string[]): Promise<People> {
  const sides = await sidesOf(repo, change);
  const person = personOf(sides.flatMap(({ keys }) => keys));
  const parts = await partsOf(repo, change);
  const brought = byHash(parts.flatMap((part) => part.brought));
  const commits = byHash(parts.flatMap((part) => [...part.brought, ...part.again]));
  const bySide = await Promise.all(
    sides.map((side) => signaturesOf(repo, [...commits.keys()], listsOf(side))),
  );
  const mails = [...commits.values()].flatMap(({ mails: found, empty }) => (empty ? [] : found));
  const written = builders.flatMap((text) => /<?([^\s<>]+@[^\s<>]+)>?$/.exec(text)?.[1] ?? []);
  const signers = bySide
    .flat()
    .flatMap(({ hash, key }) => (key === null || commits.get(hash)?.empty ? [] : [key]));
  const authors = new Map([...signers, ...written, ...mails].map((one) => [person(one), one.toLowerCase()]));
  return {
    sides,
    firstTime: change.ranges.filter(({ base }) => base === null).map(({ part }) => part),
    again: parts.filter((part) => part.again.length > 0).map(({ name }) => name),
    authors,
    personOf: person,
    // What is carried out again was judged when it came.
    unsigned: await unsignedOf(repo, [...brought.keys()], {
      bySide,
      isEmpty: (hash) => commits.get(hash)?.empty === true,
    }),
  };
}

/** The files for ssh-keygen and git. */
export const listsOf = ({ keys, revoked }: Side): { allowed: string; revoked: string } => ({
  allowed: keys.map(({ line }) => `${line}\n`).join(""),
  revoked: revoked.map(({ line }) => `${line}\n`).join(""),
});

const byHash = (commits: readonly MadeCommit[]) => new Map(commits.map((commit) => [commit.hash, commit]));

interface Part {
  name: string;
  brought: MadeCommit[];
  /** Only where nothing is brought: the last commit of each range, with what it merged. */
  again: MadeCommit[];
}

/** What a service runs and what that was built from are one part: a new config alone is not the work of who wrote the code. */
async function partsOf(repo: string, { ranges }: Change): Promise<Part[]> {
  const parts = Map.groupBy(ranges, ({ part }) => part.replace(/^source /, "release "));
  return Promise.all([...parts].map(([name, own]) => partOf(repo, name, own)));
}

async function partOf(repo: string, name: string, ranges: readonly ReviewedRange[]): Promise<Part> {
  const known = ranges.filter((range): range is typeof range & { head: string } => range.head !== null);
  const brought = await Promise.all(known.map(({ base, head }) => commitsBetween(repo, base, head)));
  if (brought.flat().some(({ empty }) => !empty)) return { name, brought: brought.flat(), again: [] };
  const again = await Promise.all(known.map(({ head }) => commitsBetween(repo, null, head)));
  return { name, brought: brought.flat(), again: again.flat() };
}

async function unsignedOf(
  repo: string,
  hashes: readonly string[],
  { bySide, isEmpty }: { bySide: readonly CommitSignature[][]; isEmpty: (hash: string) => boolean },
): Promise<string[]> {
  const bad = new Set(bySide.flat().flatMap(({ hash, good }) => (good ? [] : [hash])));
  const suspects = hashes.filter((hash) => bad.has(hash) && !isEmpty(hash));
  const pins = await Promise.all(suspects.map((hash) => movesOnlyPins(repo, hash)));
  return suspects.filter((_, index) => !pins[index]);
}

async function sidesOf(repo: string, { commit, ranges }: Change): Promise<Side[]> {
  // What a release was built from says nothing about this environment.
  const here = ranges.filter(({ part }) => !part.startsWith("source "));
  const bases = [...new Set(here.flatMap(({ base }) => base ?? []))].filter((base) => base !== commit);
  const head = await sideAt(repo, commit, "this commit");
  if (head === null) throw noApprovers(commit);
  const others = await Promise.all(bases.map((base) => sideAt(repo, base, `commit ${base.slice(0, 12)}`)));
  // A base without approvers is from before anybody had to agree here.
  return [head, ...others.filter((side) => side !== null)];
}

async function sideAt(repo: string, commit: string, label: string): Promise<Side | null> {
  const text = await fileAt(repo, commit, approversFile);
  if (text === null) return null;
  const keys = sound(parseApprovers(text), approversFile, label);
  if (keys.length === 0) return null;
  const revoked = sound(parseRevoked((await fileAt(repo, commit, revokedFile)) ?? ""), revokedFile, label);
  return { label, keys, revoked };
}

function sound(
  { keys, complaints }: { keys: ApproverKey[]; complaints: string[] },
  file: string,
  label: string,
): ApproverKey[] {
  if (complaints.length === 0) return keys;
  throw new Refusal("E_APPROVERS", {
    what: `${file} of ${label} has mistakes, so who may approve cannot be told`,
    state: "nothing was touched",
    next: `mend and commit it; a line is: ann@example.com namespaces="surefoot-approval,git" ssh-ed25519 AAAA...`,
    details: complaints.slice(0, 20),
  });
}

const noApprovers = (commit: string): Refusal =>
  new Refusal("E_APPROVERS", {
    what: `commit ${commit.slice(0, 12)} names no approvers in ${approversFile}, so nobody may approve`,
    state: "nothing was touched",
    next: `write them there, a line for each key: ann@example.com ssh-ed25519 AAAA...; then commit it`,
  });
