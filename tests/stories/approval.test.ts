// Nothing reaches prod that was not reviewed: a plan is signed, changed, signed again, carried out once; a release after it; prod itself.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { approverLine, beginGit, commitAs, makePeople } from "../support/reviewed.ts";
import type { Person } from "../support/reviewed.ts";
import { atTerminal } from "../support/terminal.ts";
import { readable, startWebhooks } from "../support/webhooks.ts";
import { makeWorld, small } from "../support/world.ts";

const chats = await startWebhooks();
process.env["REVIEW_CHAT"] = chats.slack;
const world = makeWorld();
const people = makePeople();
const [ann, bob] = [people.person("ann@example.com"), people.person("bob@example.com")];
// A real name on this machine: nothing is rehearsed, so everything is gated.
const prod = (change: object = {}) => ({
  ...small({ nodes: 1 }, { nodes: 1, rollout: { bake: { first: "1s", rest: "1s" } } }),
  platform: "local",
  approval: { people: 1 },
  notify: [{ chat: "slack", webhook: "REVIEW_CHAT", on: ["approved"] }],
  ...change,
});
const write = (who: Person, description: object) =>
  commitAs(world.repo, who, {
    "environments/prod.yaml": stringify(description),
    "environments/approvers": approverLine(ann) + approverLine(bob),
  });
const approve = (who: Person, digest: string, ...scope: string[]) =>
  world.json("approve", "prod", ...scope, "--key", who.key, "--digest", digest, "--reason", "looked at it");
/** What would be done now, as a refusal tells it. */
const digestIn = ({ details }: { details: string[] }): string =>
  /now {7}(sha256:[0-9a-f]{64})/.exec(details.join("\n"))?.[1] ?? "";
/** A person looks at the plan and is asked; the answer is one key. */
const answered = async (key: "y" | "n") => {
  const scope = ["--infra-only", "--key", bob.key, "--reason", "looked at it"];
  const { child, said, ended } = atTerminal(world.repo, "approve", "prod", ...scope);
  await said("Approve this plan for prod?");
  child.stdin.write(key);
  return ended;
};
const up = () => world.json("up", "prod");
const deploy = () => world.json("deploy", "prod", "app", "--release", "r1");

beforeAll(() => {
  beginGit(world.repo);
  write(ann, prod());
});

afterAll(async () => {
  const gone = await world.run("down", "prod", "--destroy", "prod");
  people.end();
  await world.end();
  await chats[Symbol.asyncDispose]();
  delete process.env["REVIEW_CHAT"];
  expect(gone.code, gone.stderr).toBe(0);
});

// A dozen verbs that each ask the engine: a busy machine takes its time.
const patience = 240_000;

let digest = "";

test(
  "somebody else signs the plan that the terminal shows: only after a yes, and the chats hear of it",
  { timeout: patience },
  async () => {
    // What is missing is said before anything is opened or planned.
    const unsaid = async (...words: string[]) => {
      const { what, state } = (await world.json(...words)).document["error"];
      return `${what}; ${state}`;
    };
    expect([
      await unsaid("approve", "nowhere", "--infra-only", "--reason", "me"),
      await unsaid("approvals", "nowhere", "--revoke", "it"),
    ]).toEqual([
      "the reason is too short: 3 characters or more; nothing was approved",
      "a revocation needs a reason; nothing was revoked",
    ]);
    digest = (await world.json("approve", "prod", "--infra-only", "--plan")).document["digest"];
    expect((await approve(ann, digest, "--infra-only")).document["error"].code).toBe("E_APPROVAL_SELF");
    const no = await answered("n");
    expect([no.code, no.stderr]).toEqual([1, expect.stringContaining("nothing was signed")]);
    expect(chats.heard).toEqual([]);
    const yes = await answered("y");
    expect([yes.code, yes.stderr]).toEqual([
      0,
      expect.stringContaining(`bob@example.com approved ${digest}`),
    ]);
    // All that is signed was there to read before the question.
    const [shown] = yes.stderr.split("Approve this plan");
    for (const part of ["app-01", "commit  ", "authors ann@example.com", `digest  ${digest}`])
      expect(shown).toContain(part);
    expect(chats.heard.map(readable)).toEqual([
      expect.stringMatching(
        /bob@.?example.com signed the plan sha256:.*\n.*why: looked at it\n.*agreed so far: 1, needed: 1/,
      ),
    ]);
  },
);

test(
  "what was signed is carried out, and nothing that differs from it by one property",
  { timeout: patience },
  async () => {
    write(ann, prod({ zones: ["eu-central-1b"] }));
    const refused = (await up()).document["error"];
    expect([refused.code, refused.state]).toEqual(["E_APPROVAL_VOID", "nothing was changed"]);
    const told = refused.details.join("\n");
    const now = digestIn(refused);
    expect(told).toContain(`approved  ${digest}`);
    expect(told).toContain(
      'app-01 (surefoot:local:Node) zone: approved nothing -> "eu-central-1a"; now nothing -> "eu-central-1b"',
    );
    // What the gate made is what a person is shown: another digest would not be signed.
    expect((await approve(bob, now, "--infra-only")).code).toBe(0);
    const raised = await up();
    expect([raised.code, raised.document["approved"]]).toEqual([
      0,
      { digest: now, acknowledged: [], by: ["bob@example.com"] },
    ]);
    // Nothing is left to change, so nobody has to agree.
    expect((await up()).document).toMatchObject({ changes: [], approved: null });
  },
);

test(
  "a release is deployed once it is signed, and no signature is good twice",
  { timeout: patience },
  async () => {
    await world.run("release", "app", "--release", "r1", "--from", "prod");
    const refused = (await deploy()).document["error"];
    expect([refused.code, refused.next]).toEqual([
      "E_APPROVAL_MISSING",
      "surefoot approve prod --release app=r1 --releases-only --reason '<why>'",
    ]);
    const scope = ["--release", "app=r1", "--releases-only"];
    await approve(bob, digestIn(refused), ...scope);
    const deployed = await deploy();
    expect([deployed.document["outcome"], deployed.document["approved"].by]).toEqual([
      "deployed",
      ["bob@example.com"],
    ]);
    const { document } = await world.json("approvals", "prod");
    expect(document["approvals"].map(({ standing }: { standing: string }) => standing)).toEqual([
      "used",
      "used",
      "void",
    ]);
    const { document: ledger } = await world.json<{ verb: string; outcome: string }[]>(
      "ledger",
      "--environment",
      "prod",
    );
    expect(ledger.map(({ verb, outcome }) => `${verb} ${outcome}`)).toEqual([
      "approve refused",
      "approve approved",
      "up refused",
      "approve approved",
      "up done",
      "up done",
      "deploy refused",
      "approve approved",
      "deploy deployed",
    ]);
  },
);

test(
  "prod is taken away only once people agreed that it may be, whatever is written in this checkout",
  { timeout: patience },
  async () => {
    const agreed = async (protection: boolean) => {
      write(ann, prod({ protection }));
      const { document } = await world.json("approve", "prod", "--infra-only", "--plan");
      await approve(bob, document["digest"], "--infra-only");
      expect((await up()).document["approved"].by).toEqual(["bob@example.com"]);
    };
    await agreed(true);
    const edited = prod({ protection: false, approval: { people: 0 } });
    writeFileSync(join(world.repo, "environments", "prod.yaml"), stringify(edited));
    const refused = (await world.json("down", "prod", "--destroy", "prod")).document["error"];
    expect([refused.code, refused.state]).toEqual(["E_PROTECTED", "nothing was touched"]);
    await agreed(false);
    // That it goes now is seen when the story ends.
  },
);
