// Numbers as people read them.
import { expect, it } from "vitest";
import { counted, written, writtenChange, writtenP } from "../../../pipelines/observe/evidence.ts";

it("writes each measure in its unit", () => {
  expect(written("latencyP95", 0.00312)).toBe("3.1 ms");
  expect(written("latencyP95", 0.0123)).toBe("12.3 ms");
  expect(written("latencyP95", 1.2345)).toBe("1235 ms");
  expect(written("errorRate", 0.0123)).toBe("1.2 %");
  expect(written("memory", 81_234_567)).toBe("81.2 MB");
});

it("writes changes with a sign, shares in points", () => {
  expect(writtenChange("latencyP95", 0.823)).toBe("+82 %");
  expect(writtenChange("latencyP95", -0.051)).toBe("-5.1 %");
  expect(writtenChange("errorRate", 0.005)).toBe("+0.5 pp");
  expect(writtenChange("memory", Infinity)).toBe("up from zero");
});

it("writes a probability without powers of ten", () => {
  expect(writtenP(0.04212)).toBe("0.042");
  expect(writtenP(0.00047)).toBe("0.0005");
  expect(writtenP(4.7e-7)).toBe("0.0000005");
  expect(writtenP(1)).toBe("1");
  expect(writtenP(0)).toBe("below 0.000000000001");
});

it("counts one node and many", () => {
  expect([1, 2].map((n) => counted(n, "node"))).toEqual(["1 node", "2 nodes"]);
});
