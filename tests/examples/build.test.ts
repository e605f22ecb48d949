// The bundler: same input, same bytes; one file that runs without the repository.
import { copyFile, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ask, buildSample, copySamples, endAll, remove, run, temporaryFolder } from "./running.ts";

let folder: string;
let elsewhere: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  elsewhere = await temporaryFolder();
  await Promise.all([copySamples(folder), copySamples(elsewhere)]);
});
afterEach(endAll);
afterAll(() => Promise.all([remove(folder), remove(elsewhere)]));

test.each(["app", "server"])("the same %s has the same bytes wherever it is built", async (service) => {
  const here = await readFile(await buildSample(folder, service), "utf8");
  const there = await readFile(await buildSample(elsewhere, service), "utf8");
  expect(here === there).toBe(true);
  expect(here).not.toContain(folder);
  expect(here).not.toContain(process.cwd());
});

test("another version has other bytes", async () => {
  const first = await readFile(await buildSample(folder, "app", "1"), "utf8");
  const second = await readFile(await buildSample(folder, "app", "2"), "utf8");
  expect(first === second).toBe(false);
});

test("what an earlier build left in dist is gone", async () => {
  await buildSample(folder, "app");
  await writeFile(join(folder, "examples/app/dist/old.mjs"), "");
  await buildSample(folder, "app");
  expect(await readdir(join(folder, "examples/app/dist"))).toEqual(["main.mjs"]);
});

test.each(["app", "server"])("the bundle of %s needs nothing but node", async (service) => {
  const alone = await temporaryFolder();
  try {
    await copyFile(await buildSample(folder, service, "7"), join(alone, "main.mjs"));
    const running = await run(join(alone, "main.mjs"), { IMAGE_HOST: "https://images.example" });
    expect((await ask(running, "/healthz")).status).toBe(200);
    expect(running.stdout()).toContain(`${service} 7 (r1) listens on`);
  } finally {
    await remove(alone);
  }
});
