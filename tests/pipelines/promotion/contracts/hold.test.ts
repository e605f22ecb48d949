// The contract samples that are shipped, against the services that are shipped: as described, built and answering for real.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadDescription } from "../../../../environments/loader.ts";
import type { Service } from "../../../../environments/shape.ts";
import type { Workspace } from "../../../../pipelines/environment/workspace.ts";
import { checkContract, contractsHold } from "../../../../pipelines/promotion/contracts/hold.ts";
import { buildSample, copySamples, endAll, remove, run, temporaryFolder } from "../../../examples/running.ts";
import { answering } from "../../../support/answering.ts";

const checkout = join(import.meta.dirname, "..", "..", "..", "..");
let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  await copySamples(folder);
});
afterAll(async () => {
  await endAll();
  await remove(folder);
});

const described = (service: string): Service => {
  const loaded = loadDescription(join(checkout, "environments"), "prod");
  const found = loaded.ok ? loaded.description.services[service] : undefined;
  if (found === undefined) throw new Error(`prod has no ${service}`);
  return found;
};

/** Protected, as prod is: only what leaves nothing behind may be sent. */
const edgeAt = (edge: string) =>
  ({
    repo: checkout,
    name: { id: "local/prod" },
    description: { platform: "local", protection: true },
    platform: { edge: async () => edge },
    clock: { now: () => 0, sleep: async () => {} },
  }) as unknown as Workspace;

test("app answers as its samples say, and none is left out in prod", async () => {
  const service = await run(await buildSample(folder, "app"), { IMAGE_HOST: "https://images.example.com" });
  const check = await checkContract(edgeAt(`http://127.0.0.1:${service.port}`), described("app"));
  expect(check).toMatchObject({ sent: ["home", "image", "missing"], left: [], differences: [] });
});

test("server answers as its samples say; a session leaves as a player does", async () => {
  const service = await run(await buildSample(folder, "server"), {});
  const edge = await answering(() => ({ body: { address: "127.0.0.1", port: service.port } }));
  const check = await checkContract(edgeAt(edge.base), described("server"));
  expect(check).toMatchObject({ sent: ["nonsense", "play"], left: [], differences: [] });
  const metrics = await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
  expect(metrics).toMatch(/^game_sessions_cut_total 0$/m);
});

test("the samples tell a service that answers otherwise", async () => {
  const service = await run(await buildSample(folder, "app"), {
    IMAGE_HOST: "https://images.example.com",
    FAULT: "errors:100%",
  });
  const found = await contractsHold(edgeAt(`http://127.0.0.1:${service.port}`), described("app"));
  expect(found.map(({ sample, pointer, found: was }) => [sample, pointer, was])).toEqual([
    ["home", "/status", "500"],
    ["image", "/status", "500"],
    ["missing", "/status", "500"],
  ]);
});
