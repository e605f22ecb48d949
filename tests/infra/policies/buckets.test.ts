// Tests which settings are about which bucket, before and after it is made.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { aboutBuckets } from "../../../infra/policies/buckets.ts";
import { planned, types } from "./planned.ts";

const asked = (inputs: object, name: string, bucket: string): boolean =>
  aboutBuckets(() => [planned(types.block, name, { bucket })])(
    planned(types.bucket, "logs", { ...inputs }),
    types.block,
  );

it("goes by the name in the cloud where it is known", () => {
  expect(asked({ bucket: "surefoot-logs" }, "anything", "surefoot-logs")).toBe(true);
  expect(asked({ bucket: "surefoot-logs" }, "logs", "surefoot-other")).toBe(false);
});

it("goes by the name in the program before the bucket is made", () => {
  expect(asked({ bucket: "surefoot-logs" }, "logs", unknownValue)).toBe(true);
  expect(asked({ bucket: "surefoot-logs" }, "logs-access", unknownValue)).toBe(true);
  expect(asked({ bucket: "surefoot-logs" }, "logsearch", unknownValue)).toBe(false);
});

it("goes by the name in the program where the cloud completes a prefix", () => {
  expect(asked({ bucketPrefix: "surefoot-logs-" }, "logs", "surefoot-logs-2026")).toBe(true);
  expect(asked({ bucketPrefix: "surefoot-logs-" }, "other", "surefoot-logs-2026")).toBe(false);
});
