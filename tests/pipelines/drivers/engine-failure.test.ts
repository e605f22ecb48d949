// What the engine says when it fails, reduced to what is wrong and what comes next.
import { expect, test } from "vitest";
import { complaintsOf, engineFailure } from "../../../pipelines/drivers/engine-failure.ts";
import type { FailedOperation } from "../../../pipelines/drivers/engine-failure.ts";
import type { Refusal } from "../../../pipelines/errors.ts";

const failing = (lines: string[], platform: FailedOperation["platform"] = "aws"): Refusal =>
  engineFailure(new Error(lines.map((line) => `    error: ${line}`).join("\n")), {
    environment: "prod",
    platform,
    changes: true,
  }) as Refusal;

test("only what says why stays, each once", () => {
  const text = [
    "Updating (local-prod):",
    "Diagnostics:",
    "  surefoot:local:Node (server-01):",
    "    error: no free port between 20000 and 31999",
    "    error: update failed",
    "    error: no free port between 20000 and 31999",
    "Resources:",
  ].join("\n");
  expect(complaintsOf(text)).toEqual(["no free port between 20000 and 31999"]);
});

test("a provider that only counts in its first line is read on, up to the next empty one", () => {
  const conflict =
    'the Kubernetes API server reported that "game/app" failed: server-side apply field conflict detected';
  const said = [
    "  kubernetes:policy/v1:PodDisruptionBudget (app):",
    "    error: 1 error occurred:",
    `    \t* ${conflict}`,
    '    Apply failed with 1 conflict: conflict with "somebody" using policy/v1: .spec.maxUnavailable',
    "",
    "  pulumi:pulumi:Stack (surefoot-prod):",
    "    error: update failed",
  ];
  expect(complaintsOf(said.join("\n"))).toEqual([
    expect.stringMatching(/^the Kubernetes API .* detected Apply/),
  ]);
  const { code, message } = engineFailure(new Error(said.join("\n")), {
    environment: "prod",
    platform: "kubernetes",
    changes: true,
  }) as Refusal;
  expect([code, message]).toEqual([
    "E_KUBE",
    expect.stringContaining("somebody owns the field .spec.maxUnavailable"),
  ]);
});

test.each([
  ["deleted", 'resource "urn:pulumi:prod::surefoot::aws:rds/instance:Instance::database" cannot be deleted'],
  [
    "replaced",
    'unable to replace resource "urn:pulumi:prod::surefoot::aws:rds/instance:Instance::database" as it is currently marked for protection',
  ],
])("what is protected and would be %s is named, with the way to let it go", (_how, line) => {
  const { code, message, next, state } = failing([line]);
  expect([code, state]).toEqual(["E_PROTECTED", "nothing was deleted or replaced"]);
  expect(message).toMatch(/^database would be deleted or replaced/);
  expect(next).toContain("surefoot up prod --acknowledge database");
});

test("AWS's own refusals keep their meaning", () => {
  expect(failing(["operation error RDS: CreateDBInstance, ExpiredToken: expired"]).code).toBe(
    "E_AWS_CREDENTIALS",
  );
  expect(failing(["operation error S3: PutObject, api error SlowDown: Rate exceeded"], "ssh").code).toBe(
    "E_AWS_THROTTLED",
  );
});

test("a machine that refuses a connection is no trouble of AWS", () => {
  const refusal = failing(["server-01: nothing listens at 10.0.0.7: connection refused"], "ssh");
  expect([refusal.code, refusal.details]).toEqual([
    "E_ENGINE",
    ["server-01: nothing listens at 10.0.0.7: connection refused"],
  ]);
});

test("a plugin that cannot be had is told as such, with the way round a closed network", () => {
  const { code, next } = failing([
    "no resource plugin 'pulumi-resource-aws' found in the workspace at version v7.48.0",
  ]);
  expect(code).toBe("E_ENGINE");
  expect(next).toContain("pulumi plugin install resource aws v7.48.0 --file");
});

test("a look that failed changed nothing, and is what is tried again", () => {
  const asked: FailedOperation = { environment: "prod", platform: "aws", changes: false };
  expect(engineFailure(new Error("error: something"), asked)).toMatchObject({
    state: "nothing was changed",
    next: "mend the cause, then: run the same command again",
  });
});

test("an engine that was killed is told as that", () => {
  const said =
    "code: -2\n stderr: Command was killed with SIGKILL (Forced termination): pulumi up\nUpdating (prod):";
  expect(
    engineFailure(new Error(said), { environment: "prod", platform: "aws", changes: true }),
  ).toMatchObject({
    code: "E_ENGINE",
    message: "the engine was killed (SIGKILL), by somebody or by a system that is out of memory",
    next: "surefoot up prod",
  });
});
