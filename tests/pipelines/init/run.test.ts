// Tests init on a real folder: what it writes is right, all of it or nothing, and once is as good as twice.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { loadDescription } from "../../../environments/loader.ts";
import type { Given } from "../../../pipelines/init/given.ts";
import { prepareInit, runInit } from "../../../pipelines/init/run.ts";
import { writeAll } from "../../../pipelines/init/write.ts";
import { refusalOf } from "../../support/refusal.ts";

const checkout = join(import.meta.dirname, "..", "..", "..");

function repository(): string {
  const repo = mkdtempSync(join(tmpdir(), "surefoot-init-test-"));
  onTestFinished(() => rmSync(repo, { recursive: true, force: true }));
  mkdirSync(join(repo, "environments"));
  copyFileSync(join(checkout, "environments", "base.yaml"), join(repo, "environments", "base.yaml"));
  return repo;
}

const aws: Given = {
  platform: "aws",
  names: ["test", "prod"],
  region: "eu-west-1",
  account: ["111111111111"],
  domain: ["play.example.com"],
  repository: "acme/game",
  owner: "the team",
  set: ["app.IMAGE_HOST=https://images.{name}.example.com"],
};
const files = (repo: string) => readdirSync(join(repo, "environments")).toSorted();

test("what it writes passes the check, with state and account in it", () => {
  const repo = repository();
  runInit(repo, prepareInit(repo, aws, []));
  expect(files(repo)).toEqual(["base.yaml", "bootstrap.cfn.yaml", "prod.yaml", "test.yaml"]);
  const loaded = loadDescription(join(repo, "environments"), "prod");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.complaints));
  expect(loaded.description).toMatchObject({
    platform: "aws",
    account: "111111111111",
    protection: true,
    state: { bucket: "surefoot-state-111111111111", region: "eu-west-1", key: "alias/surefoot-state" },
    database: { multiZone: true, retention: 14 },
    edge: { domain: "play.example.com" },
  });
});

test("base.yaml may be a link; a link to itself is told, and left", () => {
  const repo = repository();
  const [base, elsewhere] = [join(repo, "environments", "base.yaml"), join(repo, "shared.yaml")];
  renameSync(base, elsewhere);
  symlinkSync(elsewhere, base);
  runInit(repo, prepareInit(repo, aws, []));
  symlinkSync("loop.yaml", join(repo, "environments", "loop.yaml"));
  const refusal = refusalOf(() => prepareInit(repo, { ...aws, names: ["loop"] }, []));
  expect([refusal.code, refusal.message]).toEqual(["E_INIT", expect.stringContaining("ELOOP")]);
});

test("a plan writes nothing, and a second run finds nothing to do", () => {
  const repo = repository();
  const plan = prepareInit(repo, aws, []);
  expect(files(repo)).toEqual(["base.yaml"]);
  runInit(repo, plan);
  const again = prepareInit(repo, aws, []);
  const template = readFileSync(join(checkout, "pipelines", "init", "bootstrap.cfn.yaml"), "utf8");
  expect(again.files.find(({ path }) => path.includes("bootstrap"))?.content).toBe(template);
  expect(new Set(again.files.map(({ action }) => action))).toEqual(new Set(["keep"]));
  expect(again.commands).toEqual(plan.commands);
});

test("machines of one's own, from a file", () => {
  const repo = repository();
  const list = join(repo, "machines");
  writeFileSync(list, "app deploy@10.0.0.1 a\nserver 10.0.0.2 b\nserver 10.0.0.3 a\n");
  runInit(repo, prepareInit(repo, { platform: "ssh", names: ["own"], hosts: [list], set: aws.set }, []));
  const loaded = loadDescription(join(repo, "environments"), "own");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.complaints));
  expect(loaded.description.ssh.hosts.map(({ name, user, zone }) => [name, user, zone])).toEqual([
    ["app-01", "deploy", "a"],
    ["server-01", undefined, "b"],
    ["server-02", undefined, "a"],
  ]);
});

test.each<[Given, string, string]>([
  [{ region: "europe" }, "E_INIT", "region: is not the name of a region"],
  [{ owner: "a\nb: c" }, "E_INIT", "owner: must be a team or a person"],
  [{ domain: ["not a domain"] }, "E_INIT", "edge.domain: must be a domain"],
  [{ account: ["123"] }, "E_INIT", "account: must be the 12 digits"],
  [{ set: ["app.IMAGE_HOST=nowhere"] }, "E_INIT", "is not a URL"],
  [{ set: [] }, "E_USAGE", "--set app.IMAGE_HOST"],
  [{ platform: "ssh", hosts: ["/no/such/file"] }, "E_INIT", ""],
])("%j is refused with %s, and nothing is written", (given, code, says) => {
  const repo = repository();
  const refusal = refusalOf(() => prepareInit(repo, { ...aws, ...given }, []));
  expect(refusal.code).toBe(code);
  expect(refusal.details.join("\n")).toContain(says);
  expect(files(repo)).toEqual(["base.yaml"]);
});

test("without base.yaml there is nothing to extend", () => {
  const repo = repository();
  rmSync(join(repo, "environments", "base.yaml"));
  expect(refusalOf(() => prepareInit(repo, aws, [])).code).toBe("E_INIT");
});

test("when one file cannot be written, none has changed", () => {
  const repo = repository();
  const base = join(repo, "environments", "base.yaml");
  const before = readFileSync(base, "utf8");
  mkdirSync(join(repo, "environments", "late.yaml"));
  const refusal = refusalOf(() =>
    writeAll(repo, [
      { path: "environments/base.yaml", content: "new\n", action: "replace" },
      { path: "environments/new.yaml", content: "new\n", action: "create" },
      { path: "environments/late.yaml", content: "new\n", action: "create" },
    ]),
  );
  expect(refusal.code).toBe("E_INIT");
  expect(readFileSync(base, "utf8")).toBe(before);
  expect(files(repo)).toEqual(["base.yaml", "late.yaml"]);
});

test("the stack of an account: state is encrypted, kept in versions, private, and outlives the stack", () => {
  const repo = repository();
  runInit(repo, prepareInit(repo, aws, []));
  const text = readFileSync(join(repo, "environments", "bootstrap.cfn.yaml"), "utf8");
  const tags = ["!Ref", "!Sub", "!GetAtt", "!Equals", "!If"];
  const { Resources } = parse(text, {
    logLevel: "error",
    customTags: tags.flatMap((tag) => [
      { tag, resolve: (value: string) => `${tag} ${value}` },
      { tag, collection: "seq" as const },
    ]),
  });
  const { StateKey, StateKeyAlias, StateStore, StateStorePolicy, Boundary, OwnerRole } = Resources;
  for (const kept of [StateKey, StateKeyAlias, StateStore, StateStorePolicy])
    expect([kept.DeletionPolicy, kept.UpdateReplacePolicy]).toEqual(["Retain", "Retain"]);
  expect(StateKey.Properties.EnableKeyRotation).toBe(true);
  expect(StateStore.Properties.VersioningConfiguration).toEqual({ Status: "Enabled" });
  expect(Object.values(StateStore.Properties.PublicAccessBlockConfiguration)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(StateStorePolicy.Properties.PolicyDocument.Statement[0]).toMatchObject({
    Effect: "Deny",
    Principal: "*",
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
  const statements = Boundary.Properties.PolicyDocument.Statement;
  const allowed = statements
    .filter(({ Effect }: any) => Effect === "Allow")
    .flatMap(({ Action }: any) => Action);
  expect(allowed).not.toContain("*");
  expect(allowed.filter((action: string) => /^(sts:Assume|organizations|account)/.test(action))).toEqual([]);
  // AWS takes no more than 6144 characters, white space not counted.
  expect(JSON.stringify(Boundary.Properties.PolicyDocument).length).toBeLessThan(6144);
  expect(OwnerRole.Properties.PermissionsBoundary).toBe("!Ref Boundary");
});
