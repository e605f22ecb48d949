// What a node may ask of the bucket.
import { expect, it } from "vitest";
import { allowed, declare, described } from "./mocks.ts";

it("may hear that there is no pin: S3 tells so only to who may list, and a GET has no prefix to ask for", async () => {
  const [list, ...more] = allowed(await declare(described("prod")), "app-node", "s3:ListBucket");
  expect(more).toEqual([]);
  expect(list).toBeDefined();
  expect(list?.Condition).toBeUndefined();
});
