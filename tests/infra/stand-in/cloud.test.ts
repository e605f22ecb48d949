// The folder that plays the cloud: it outlives processes, refuses a second one, and can be slow.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openCloud } from "../../../infra/stand-in/cloud.ts";
import { temporaryFolder } from "../../support/store.ts";

const place = {
  type: "aws:s3/bucket:Bucket",
  id: "logs",
  urn: "urn:pulumi:prod::surefoot::aws:s3/bucket:Bucket::logs",
};
const resource = { name: "logs", inputs: { bucket: "logs" }, revision: 1 };

test("what is made is there for whoever opens the folder, until it is removed", async () => {
  const folder = temporaryFolder();
  await openCloud(folder).create(place, resource);
  const other = openCloud(folder);
  expect(await other.read(place)).toMatchObject(resource);
  expect(await other.list()).toEqual([{ ...place, ...resource }]);
  await expect(other.create(place, resource)).rejects.toThrow("AlreadyExists");
  await other.remove(place);
  expect(await openCloud(folder).read(place)).toBeUndefined();
});

test("a name of slashes and dots stays inside the folder", async () => {
  const folder = temporaryFolder();
  await openCloud(folder).create({ ...place, id: "../../../etc/x" }, resource);
  expect(existsSync(join(folder, "..", "..", "..", "etc", "x"))).toBe(false);
  expect((await openCloud(folder).list()).map(({ id }) => id)).toEqual(["../../../etc/x"]);
});

test("a creation that is held is there at once, and answered once it is let go", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "hold-logs"), "");
  let answered = false;
  const made = openCloud(folder)
    .create(place, resource)
    .then(() => (answered = true));
  while ((await openCloud(folder).list()).length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(answered).toBe(false);
  rmSync(join(folder, "hold-logs"));
  await made;
});
