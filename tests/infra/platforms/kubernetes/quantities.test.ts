// Quantities are written as an API server writes them back.
import { expect, it } from "vitest";
import { bytesText, coresText, millicores } from "../../../../infra/platforms/kubernetes/quantities.ts";

it("writes bytes with the largest unit that leaves no remainder", () => {
  expect([0, 1, 1023, 1024, 512 * 1024 ** 2, 3 * 1024 ** 3, 1536 * 1024 ** 2].map(bytesText)).toEqual([
    "0",
    "1",
    "1023",
    "1Ki",
    "512Mi",
    "3Gi",
    "1536Mi",
  ]);
});

it("reads and writes cores", () => {
  expect(["250m", "0.5", "2", "1.001", "2000m"].map(millicores)).toEqual([250, 500, 2000, 1001, 2000]);
  expect([250, 500, 2000, 1001].map(coresText)).toEqual(["250m", "500m", "2", "1001m"]);
});
