// Tests that images are named by their digest.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { imageMutable } from "../../../infra/policies/image-mutable.ts";
import { kubernetesTypes as types } from "../../../infra/policies/kubernetes-kinds.ts";
import { container, digest, object, pod } from "./kubernetes-objects.ts";
import { found } from "./planned.ts";

const one = (image: unknown): string[] =>
  found(imageMutable, [
    object(types.podTemplate, "server", { template: { spec: pod({}, [container({ image })]) } }),
  ]);
const at = "template.spec.containers[0].image";

it("refuses tags, and none at all", () => {
  for (const image of ["node", "node:24", "node:latest", "node@sha256:abc", undefined])
    expect(one(image)).toEqual([`mandatory ${at}`]);
});

it("takes a digest, with and without a tag, and tells what is not known yet", () => {
  expect(one(`node@${digest}`)).toEqual([]);
  expect(one(`node:24-slim@${digest}`)).toEqual([]);
  expect(one(unknownValue)).toEqual([`advisory ${at} unknown`]);
});

it("asks it of a database only where the image is named", () => {
  const database = (spec: object): string[] =>
    found(imageMutable, [object(types.database, "database", { spec })]);
  expect(database({ imageCatalogRef: { major: 18 } })).toEqual([]);
  expect(database({ imageName: "postgresql:18" })).toEqual(["mandatory spec.imageName"]);
});
