// The cluster that a folder plays: objects stay as they were asked for, and a name is taken once for each kind.
import { expect, test } from "vitest";
import { openFolder } from "../../../infra/stand-in/kubernetes-folder.ts";
import { temporaryFolder } from "../../support/store.ts";

const place = (name: string, type = "kubernetes:core/v1:Service") => ({
  type,
  id: "prod/server",
  urn: `urn:pulumi:prod::surefoot::${type}::${name}`,
});

test("an object is there for whoever opens the folder, as it was last asked for, until it is removed", async () => {
  const folder = temporaryFolder();
  await openFolder(folder).create(place("server"), { spec: { type: "ClusterIP" } });
  const other = openFolder(folder);
  await other.update(place("server"), { spec: {} });
  expect(await other.read(place("server"), {})).toEqual({ inputs: { spec: {} } });
  await other.remove(place("server"), {});
  expect(await openFolder(folder).read(place("server"), {})).toBeUndefined();
});

test("a name that is taken is refused for the same kind alone", async () => {
  const objects = openFolder(temporaryFolder());
  await objects.create(place("server"), {});
  await expect(objects.create(place("second"), {})).rejects.toThrow(/AlreadyExists: .*prod\/server/);
  await objects.create(place("server", "kubernetes:core/v1:PodTemplate"), {});
});
