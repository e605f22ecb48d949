// The addresses under which the engine finds a shared state and its key.
import { expect, test } from "vitest";
import { backendUrl, s3Backend, secretsUrl } from "../../../pipelines/drivers/engine-backend-s3.ts";

const shared = { bucket: "team", region: "eu-central-1", key: "alias/surefoot" };

test("the state lies in a folder of the bucket, by path where there is an endpoint of one's own", () => {
  expect(backendUrl(shared, false)).toBe("s3://team/engine?region=eu-central-1");
  expect(backendUrl(shared, true)).toBe("s3://team/engine?region=eu-central-1&use_path_style=true");
});

test.each([
  ["alias/surefoot", "awskms://alias/surefoot?region=eu-central-1"],
  [
    "1234abcd-12ab-34cd-56ef-1234567890ab",
    "awskms://1234abcd-12ab-34cd-56ef-1234567890ab?region=eu-central-1",
  ],
  ["arn:aws:kms:eu-central-1:1:key/k", "awskms:///arn:aws:kms:eu-central-1:1:key/k?region=eu-central-1"],
])("the key %s is found at %s", (key, url) => {
  expect(secretsUrl({ ...shared, key })).toBe(url);
  expect(s3Backend({ ...shared, key }).secretsProvider).toBe(url);
});
