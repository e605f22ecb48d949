// Tests what a described environment takes from the quotas of its account.
import { expect, test } from "vitest";
import type { Description } from "../../../../environments/shape.ts";
import { descriptionSchema } from "../../../../environments/shape.ts";
import { familyOf, machinesOf, needsOf } from "../../../../pipelines/environment/doctor/needs.ts";

const service = { source: "x", build: "make", start: "run" };

function described(value: object): Description {
  return { name: "prod", ...descriptionSchema.parse({ platform: "aws", ...value }) } as Description;
}

test("fleets count with all nodes they may grow to, over all services", () => {
  const description = described({
    services: {
      app: { ...service, kind: "http", nodes: 6, machine: "c7i.large", scaling: { max: 18 } },
      server: { ...service, kind: "sessions", nodes: 50, machine: "c7i.xlarge" },
    },
    database: { replica: true },
  });
  expect(needsOf(description, { "c7i.large": 2, "c7i.xlarge": 4 })).toEqual({
    amounts: { "standard vCPUs": 18 * 2 + 50 * 4, networks: 1, groups: 2, balancers: 1, databases: 2 },
    unknown: [],
  });
});

test("pods need machines of their own, some for all, and an address for each way out", () => {
  const description = described({
    protection: true,
    zones: ["eu-central-1a", "eu-central-1b"],
    services: {
      app: { ...service, kind: "http", nodes: 6, machine: "c7i.large" },
      server: { ...service, kind: "sessions", nodes: 50, runs: "pods", machine: "c7i.xlarge" },
    },
  });
  expect(machinesOf(description)).toEqual(["c7i.large", "t3.large", "c7i.xlarge"]);
  expect(needsOf(description, { "c7i.large": 2, "c7i.xlarge": 4, "t3.large": 2 }).amounts).toEqual({
    "standard vCPUs": 6 * 2 + 50 * 4 + 4 * 2,
    networks: 1,
    groups: 3,
    balancers: 1,
    addresses: 2,
  });
});

test("nothing is needed of what is not described", () => {
  const description = described({ services: { server: { ...service, kind: "sessions", nodes: 2 } } });
  expect(needsOf(description, { "t3.small": 2 }).amounts).toEqual({
    "standard vCPUs": 4,
    networks: 1,
    groups: 1,
  });
});

test("a type that the region lacks, or whose quota is not listed, is named", () => {
  const description = described({
    services: {
      a: { ...service, kind: "sessions", nodes: 2, machine: "t9.small" },
      b: { ...service, kind: "sessions", nodes: 2, machine: "inf2.xlarge" },
    },
  });
  expect(needsOf(description, { "inf2.xlarge": 4 })).toMatchObject({ unknown: ["t9.small", "inf2.xlarge"] });
});

test.each([
  ["t3.small", "standard vCPUs"],
  ["m7g.large", "standard vCPUs"],
  ["im4gn.large", "standard vCPUs"],
  ["g5.xlarge", "G and VT vCPUs"],
  ["p5.48xlarge", "P vCPUs"],
  ["x2idn.16xlarge", undefined],
  ["inf2.xlarge", undefined],
  ["trn1.2xlarge", undefined],
])("%s counts as %s", (machine, counted) => {
  expect(familyOf(machine)).toBe(counted);
});
