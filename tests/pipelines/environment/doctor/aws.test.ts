// Tests the doctor's judgement of what AWS answers.
import { expect, test } from "vitest";
import type { Description } from "../../../../environments/shape.ts";
import { descriptionSchema } from "../../../../environments/shape.ts";
import { examineAws } from "../../../../pipelines/environment/doctor/aws.ts";
import type { AwsProbes } from "../../../../pipelines/environment/doctor/aws.ts";

const description = {
  name: "prod",
  ...descriptionSchema.parse({
    platform: "aws",
    region: "eu-central-1",
    zones: ["eu-central-1a", "eu-central-1b"],
    account: "111111111111",
    state: { bucket: "ours", region: "eu-central-1", key: "alias/ours" },
    services: {
      server: { kind: "sessions", nodes: 50, machine: "c7i.xlarge", source: "x", build: "b", start: "s" },
    },
  }),
} as Description;

const fine: AwsProbes = {
  caller: () =>
    Promise.resolve({ account: "111111111111", arn: "arn:aws:iam::111111111111:user/ann", ahead: 0.4 }),
  zones: () => Promise.resolve(["eu-central-1a", "eu-central-1b", "eu-central-1c"]),
  vcpus: () => Promise.resolve({ "c7i.xlarge": 4 }),
  quota: () => Promise.resolve(200),
  used: () => Promise.resolve(0),
  stateBucket: () => Promise.resolve("ours"),
  stateKey: () => Promise.resolve("key"),
};

async function wrongWith(probes: Partial<AwsProbes>): Promise<string[]> {
  const checks = await examineAws(description, { ...fine, ...probes });
  return checks
    .filter(({ ok }) => !ok)
    .map(({ check, detail, next }) => `${check}: ${detail}. Next: ${next}`);
}

test("all is well, and every check says what it saw", async () => {
  const checks = await examineAws(description, fine);
  expect(checks.map(({ check, ok }) => `${check} ${ok}`)).toEqual([
    "credentials true",
    "clock true",
    "zones true",
    "state bucket true",
    "state key true",
    "machines true",
    "standard vCPUs true",
    "networks true",
    "groups true",
  ]);
  expect(checks.find(({ check }) => check === "standard vCPUs")?.detail).toBe(
    "200 needed, 0 used by others, 200 allowed",
  );
});

test("credentials of another account", async () => {
  const caller = () =>
    Promise.resolve({ account: "222222222222", arn: "arn:aws:iam::222222222222:user/ann", ahead: 0 });
  expect(await wrongWith({ caller })).toEqual([
    "credentials: arn:aws:iam::222222222222:user/ann is in account 222222222222, and prod in 111111111111. Next: sign in to account 111111111111",
  ]);
});

test.each([
  [31, "31 s ahead of AWS"],
  [-400, "400 s behind AWS"],
])("a clock that is %d s off", async (ahead, says) => {
  const caller = () => Promise.resolve({ account: "111111111111", arn: "a", ahead });
  expect(await wrongWith({ caller })).toEqual([`clock: ${says}. Next: set this machine's clock (NTP)`]);
});

test("a zone that the region does not have", async () => {
  const [first] = await wrongWith({ zones: () => Promise.resolve(["eu-central-1a"]) });
  expect(first).toContain("eu-central-1 has no eu-central-1b; there are eu-central-1a");
});

test("a quota that others have used up: the increase that is needed", async () => {
  const used = (counted: string) => Promise.resolve(counted === "standard vCPUs" ? 12 : 0);
  expect(await wrongWith({ used })).toEqual([
    "standard vCPUs: 200 needed, 12 used by others, only 200 allowed. Next: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value 212",
  ]);
});

test("a type of machine that the region does not have", async () => {
  const [first] = await wrongWith({ vcpus: () => Promise.resolve({}) });
  expect(first).toContain("machines: eu-central-1 has no c7i.xlarge");
});

test("a quota that nobody tells is no failure, but is said", async () => {
  const checks = await examineAws(description, { ...fine, quota: () => Promise.resolve(undefined) });
  expect(checks.every(({ ok }) => ok)).toBe(true);
  expect(checks.at(-1)?.detail).toContain("AWS does not tell the quota");
});

test("everything that fails shows at once", async () => {
  const fail = () => Promise.reject(new Error("no"));
  const failing = Object.fromEntries(Object.keys(fine).map((name) => [name, fail]));
  // Who is not known to AWS is not told so by every quota too; without the sizes of machines nobody knows how many vCPUs are needed.
  expect(await wrongWith(failing)).toHaveLength(5);
  const { caller: _caller, ...others } = failing;
  expect(await wrongWith(others)).toHaveLength(6);
});
