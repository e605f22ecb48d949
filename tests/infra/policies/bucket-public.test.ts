// Tests that every bucket is closed to the public by all four locks.
import { expect, it } from "vitest";
import { bucketPublic } from "../../../infra/policies/bucket-public.ts";
import { found, planned, types } from "./planned.ts";

const locks = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const bucket = (inputs: object = {}) => planned(types.bucket, "logs", { bucket: "logs", ...inputs });
const block = (inputs: object = {}) => planned(types.block, "logs", { bucket: "logs", ...locks, ...inputs });

it("refuses a bucket that nothing closes, one lock that is off, and a public list", () => {
  expect(found(bucketPublic, [bucket()])).toEqual(["mandatory bucket"]);
  expect(found(bucketPublic, [bucket(), block({ bucket: "other" })])).toEqual(["mandatory bucket"]);
  expect(found(bucketPublic, [bucket(), block({ restrictPublicBuckets: false })])).toEqual([
    "mandatory restrictPublicBuckets",
  ]);
  expect(found(bucketPublic, [bucket({ acl: "public-read" }), block()])).toEqual(["mandatory acl"]);
  const list = planned("aws:s3/bucketAcl:BucketAcl", "logs", { acl: "public-read-write" });
  expect(found(bucketPublic, [bucket(), block(), list])).toEqual(["mandatory acl"]);
});

it("takes a closed one", () => {
  expect(found(bucketPublic, [bucket(), block()])).toEqual([]);
  expect(found(bucketPublic, [bucket({ acl: "private" }), block()])).toEqual([]);
});
