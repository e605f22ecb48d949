// A release made in one clone of a team's repository, by the real verb, and used in another.
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, expect, test } from "vitest";
import { s3Client } from "../../../pipelines/drivers/aws-clients.ts";
import { openWorkspace } from "../../../pipelines/environment/workspace.ts";
import { readLedger } from "../../../pipelines/ledger/ledger.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { makeWorld, small } from "../../support/world.ts";
import { startMoto } from "./moto.ts";
import { region, s3Backing } from "./s3-backing.ts";

const moto = await startMoto();
Object.assign(process.env, moto.env);
await s3Backing("team-state");
const [ci, laptop] = [makeWorld(), makeWorld()];
for (const world of [ci, laptop])
  world.describe({ ...small(), state: { bucket: "team-state", region, key: "alias/team" } });
afterAll(async () => {
  await Promise.all([ci.end(), laptop.end()]);
  await moto.stop();
});

const client = await s3Client(region);
const released = async (): Promise<string[]> => {
  const asked = { Bucket: "team-state", Prefix: "surefoot/releases/" };
  const { Contents = [] } = await client.send(new ListObjectsV2Command(asked));
  return Contents.map(({ Key = "" }) => Key);
};

test("a rehearsal's release stays in its clone; the team's reaches every clone, once and for ever", async () => {
  const order = ["release", "server", "--release", "r1", "--from"];
  expect((await ci.run(...order, "local/test")).stdout).not.toContain("shared");
  expect(await released()).toEqual([]);
  const made = await ci.run(...order, "test");
  expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining("in the bucket team-state") });
  expect(await released()).toHaveLength(2);

  using workspace = await openWorkspace(laptop.repo, "test");
  const { digest } = await workspace.artifacts.manifests.read("server", "r1");
  expect(made.stdout).toContain(digest);
  await workspace.artifacts.get(digest);
  const [entry] = await readLedger(workspace.store);
  expect(entry).toMatchObject({ verb: "release", what: "release server r1" });

  using rehearsal = await openWorkspace(laptop.repo, "local/test");
  const unknown = await refusalFrom(rehearsal.artifacts.manifests.read("server", "r1"));
  expect(unknown.code).toBe("E_RELEASE_UNKNOWN");
  // The same source has the same bytes everywhere.
  expect((await laptop.run(...order, "test")).stdout).toContain("server r1 exists already, unchanged");
  const other = await laptop.run(...order, "test", "--set", "SLOW=80");
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("E_RELEASE_EXISTS") });
});

test("the verb says where a release goes", async () => {
  const { stdout } = await ci.run("release", "--help");
  expect(stdout).toContain("the release goes to the bucket named there");
});
