// Which backend an environment has: the team's, unless it is a rehearsal, a stand-in, or names none.
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Description } from "../../../environments/shape.ts";
import { backendFor } from "../../../pipelines/drivers/engine-backend.ts";
import { openStack } from "../../../pipelines/drivers/stack.ts";
import { temporaryFolder } from "../../support/store.ts";

const shared = { bucket: "team", region: "eu-central-1", key: "alias/surefoot" };
const described = (platform: string, state?: typeof shared) =>
  ({ platform, state }) as unknown as Description;

test("a description that names a bucket has its state there, its secrets under the key", () => {
  vi.stubEnv("AWS_ENDPOINT_URL", "");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(backendFor({ repo: temporaryFolder(), description: described("aws", shared) })).toMatchObject({
    url: "s3://team/engine?region=eu-central-1",
    secretsProvider: "awskms://alias/surefoot?region=eu-central-1",
  });
});

test.each([
  ["names none", described("aws"), false],
  ["is rehearsed", described("local", shared), false],
  ["is played by a stand-in", described("aws", shared), true],
])("one that %s has it in this clone", async (_, description, played) => {
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  const repo = temporaryFolder();
  const standIn = played ? join(repo, "cloud") : undefined;
  const { url, secretsProvider, env, holders } = backendFor({ repo, description, standIn });
  const folder = join(played ? join(repo, "cloud") : join(repo, ".surefoot"), "pulumi");
  expect(fileURLToPath(url)).toBe(folder);
  expect(url.endsWith("?metadata=skip")).toBe(true);
  expect(secretsProvider).toBeUndefined();
  const file = join(repo, ".surefoot", "passphrase");
  expect(env["PULUMI_CONFIG_PASSPHRASE"]).toBe(readFileSync(file, "utf8"));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await holders("x")).toEqual([]);
});

const odd = [
  "a#b",
  "a?b=c",
  "50%",
  "a%20b",
  "with a space",
  "quotes\"'",
  "back\\slash",
  "caf\u00e9",
  "[x]{y}|^~`&;",
];

test.each(odd)("a folder named %s is the folder of the state", (name) => {
  const repo = join(temporaryFolder(), name);
  const { url } = backendFor({ repo, description: described("local") });
  expect(fileURLToPath(url)).toBe(join(repo, ".surefoot", "pulumi"));
});

test("the engine keeps its state where it is looked for, however odd the folder's name", async () => {
  // The engine's SDK itself takes a backslash for a slash.
  const repo = join(temporaryFolder(), odd.join(" ").replaceAll("\\", ""));
  mkdirSync(repo);
  const description = { ...described("local"), name: "x" };
  const stack = await openStack({ repo, environment: "local/x", stack: "local-x", description });
  expect(await stack.version()).toBe("none");
  const state = join(repo, ".surefoot", "pulumi", ".pulumi", "stacks", "surefoot", "local-x.json");
  expect(existsSync(state)).toBe(true);
});
