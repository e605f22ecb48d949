// Tests what must be encrypted, and by whose key.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { encryption } from "../../../infra/policies/encryption.ts";
import { found, planned, types } from "./planned.ts";

const one = (type: string, inputs: object): string[] =>
  found(encryption, [planned(type, "it", { ...inputs })]);
const disk = (encrypted: unknown) => ({ blockDeviceMappings: [{ ebs: { encrypted } }] });

it("refuses a database, a volume and a topic in clear", () => {
  expect(one(types.database, {})).toEqual(["mandatory storageEncrypted"]);
  expect(one(types.database, { storageEncrypted: false })).toEqual(["mandatory storageEncrypted"]);
  expect(one(types.template, disk("false"))).toEqual(["mandatory blockDeviceMappings[0].ebs.encrypted"]);
  expect(one("aws:ebs/volume:Volume", {})).toEqual(["mandatory encrypted"]);
  expect(one(types.topic, {})).toEqual(["mandatory kmsMasterKeyId"]);
});

it("refuses volumes that nobody describes: they are as the image says", () => {
  expect(one(types.template, {})).toEqual(["mandatory blockDeviceMappings"]);
  expect(one(types.template, { blockDeviceMappings: [] })).toEqual(["mandatory blockDeviceMappings"]);
});

it("advises an own key where the service has one of its own", () => {
  expect(one(types.secret, {})).toEqual(["advisory kmsKeyId"]);
  expect(one(types.vault, {})).toEqual(["advisory kmsKeyArn"]);
  expect(one(types.bucket, { bucket: "logs" })).toEqual(["advisory bucket"]);
});

it("takes what is encrypted; a key that is made in the same plan is a key", () => {
  expect(one(types.database, { storageEncrypted: true })).toEqual([]);
  expect(one(types.database, { replicateSourceDb: "database" })).toEqual([]);
  expect(one(types.template, disk("true"))).toEqual([]);
  expect(one(types.topic, { kmsMasterKeyId: unknownValue })).toEqual([]);
  expect(one(types.secret, { kmsKeyId: unknownValue })).toEqual([]);
  const bucket = planned(types.bucket, "logs", { bucket: "surefoot-logs" });
  expect(found(encryption, [bucket, planned(types.encryption, "logs", { bucket: unknownValue })])).toEqual(
    [],
  );
});

it("tells what cannot be judged yet", () => {
  expect(one(types.database, { storageEncrypted: unknownValue })).toEqual([
    "advisory storageEncrypted unknown",
  ]);
  expect(one(types.template, { blockDeviceMappings: unknownValue })).toEqual([
    "advisory blockDeviceMappings unknown",
  ]);
});
