// Large artifacts on bad networks: on from where it broke, never standing still, refused in the end.
import { randomBytes } from "node:crypto";
import { afterAll, beforeEach, expect, test } from "vitest";
import { refusalFrom } from "../../support/refusal.ts";
import { openClone } from "./clones.ts";
import { startMoto } from "./moto.ts";
import { s3Backing } from "./s3-backing.ts";
import { startStutter } from "./stutter.ts";

const moto = await startMoto();
Object.assign(process.env, moto.env);
await s3Backing("team");
afterAll(moto.stop);

let prefix = "";
let tests = 0;
beforeEach(() => {
  process.env["AWS_ENDPOINT_URL"] = moto.endpoint;
  prefix = `test ${(tests += 1)}/`;
});

const large = randomBytes(5 * 1024 ** 2);

test("a download that breaks goes on from where it broke", async () => {
  const [ci, laptop] = [openClone({ prefix }), openClone({ prefix })];
  const { manifest } = await ci.publish({ digest: await ci.put(large) });
  const stutter = await startStutter(moto.endpoint, { breaks: 3, afterBytes: 1024 ** 2 });
  process.env["AWS_ENDPOINT_URL"] = stutter.endpoint;
  await laptop.shared.get(manifest.digest);
  const [first, ...later] = stutter.ranges();
  expect(first).toBe("");
  expect(later).toHaveLength(3);
  for (const range of later) expect(range).toMatch(/^bytes=[1-9]\d*-$/);
});

test("one that breaks each time, or stands still, is refused; the next try has it whole", async () => {
  const [ci, laptop] = [openClone({ prefix }), openClone({ prefix, stillSeconds: 0.3 })];
  const { manifest } = await ci.publish({ digest: await ci.put(large) });
  for (const still of [false, true]) {
    const stutter = await startStutter(moto.endpoint, { breaks: Infinity, afterBytes: 1000, still });
    process.env["AWS_ENDPOINT_URL"] = stutter.endpoint;
    const refusal = await refusalFrom(laptop.shared.get(manifest.digest));
    expect(refusal).toMatchObject({
      code: "E_AWS_UNREACHABLE",
      state: expect.stringContaining("Nothing was kept"),
    });
    expect(laptop.files("drafts")).toEqual([]);
  }
  process.env["AWS_ENDPOINT_URL"] = moto.endpoint;
  await laptop.shared.get(manifest.digest);
});
