// Tests the descriptions that come with the project.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { complaintText } from "../../environments/complaint.ts";
import { listDescriptions } from "../../environments/folder.ts";
import { loadDescription } from "../../environments/loader.ts";
import { nodesAllowedOut, waveNodes } from "../../environments/waves.ts";

const folder = fileURLToPath(new URL("../../environments", import.meta.url));

function load(name: string) {
  const loaded = loadDescription(folder, name);
  if (!loaded.ok) throw new Error(loaded.complaints.map(complaintText).join("\n"));
  return loaded;
}

test("the environments are listed, what they share is not", () => {
  expect(listDescriptions(folder)).toEqual(expect.arrayContaining(["dev", "prod", "staging"]));
  expect(listDescriptions(folder)).not.toContain("base");
});

test.each([
  ["dev", 1, 3, false],
  ["staging", 2, 10, false],
  ["prod", 6, 50, true],
])("%s has its nodes, platform and protection", (name, app, server, protection) => {
  const { description } = load(name);
  expect(description).toMatchObject({ name, platform: "aws", region: "eu-central-1", protection });
  expect([description.services["app"]?.nodes, description.services["server"]?.nodes]).toEqual([app, server]);
  expect(description.services["app"]?.config).toEqual({ IMAGE_HOST: `https://images.${name}.example.com` });
  expect(description.rehearsal.bake).toEqual({ first: 3, rest: 4 });
});

test("prod moves 50 servers in waves of 1, 5, 15 and 50, at most 15 out at once", () => {
  const { description, warnings } = load("prod");
  const server = description.services["server"];
  expect(server?.rollout.waves.map((wave) => waveNodes(wave, 50))).toEqual([1, 5, 15, 50]);
  expect(nodesAllowedOut(50, server?.rollout.minHealthy ?? 1)).toBe(15);
  expect(Object.values(server?.rollout.drain ?? {})).toEqual(["wait", 300, "park"]);
  expect(warnings).toEqual([]);
});

test.each(["base", "dev", "staging", "prod"])("%s names the schema for editors in its first line", (name) => {
  const [line] = readFileSync(`${folder}/${name}.yaml`, "utf8").split("\n");
  expect(line).toBe("# yaml-language-server: $schema=./environment.schema.json");
});
