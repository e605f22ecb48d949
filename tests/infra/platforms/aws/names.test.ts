// Names on AWS: within the limits, always the same, and never two alike.
import { expect, it } from "vitest";
import { bucketName, limits, physicalName, restoreTestName } from "../../../../infra/platforms/aws/names.ts";

const long = `a${"b".repeat(39)}`;
const service = `s${"x".repeat(30)}`;

it("writes short names out", () => {
  expect(physicalName("prod", "database")).toBe("surefoot-prod-database");
  expect(physicalName("prod", "")).toBe("surefoot-prod");
  expect(bucketName("prod", "logs", "123456789012")).toEqual({ bucket: "surefoot-prod-logs-123456789012" });
  expect(restoreTestName("prod-eu")).toBe("surefoot_prod_eu_restore");
});

it.each(Object.entries(limits))("keeps names of %s to %i characters, and apart", (_, limit) => {
  const [one, two] = ["1", "2"].map((end) => physicalName(long, `${service.slice(1)}${end}`, limit));
  expect(one).toMatch(/^surefoot-[a-z0-9-]*[a-z0-9]$/);
  expect(one?.length).toBeLessThanOrEqual(limit);
  expect(one).not.toBe(two);
  expect(physicalName(long, `${service.slice(1)}1`, limit)).toBe(one);
});

it("keeps buckets unique over all of AWS: by the account, or by what AWS adds", () => {
  expect(bucketName("prod", "logs", "111111111111")).not.toEqual(bucketName("prod", "logs", "222222222222"));
  const [named, open] = [
    bucketName(long, "artifacts", "111111111111"),
    bucketName(long, "artifacts", undefined),
  ];
  expect("bucket" in named && named.bucket.length).toBeLessThanOrEqual(63);
  expect("bucketPrefix" in open && open.bucketPrefix.length).toBeLessThanOrEqual(37);
});
