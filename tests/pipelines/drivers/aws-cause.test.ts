// What texts of AWS mean: of its clients, and of the engine's output.
import { expect, test } from "vitest";
import { awsCauseOf } from "../../../pipelines/drivers/aws-cause.ts";

const operation = (service: string, status: number, said: string) =>
  `error: reading resource: operation error ${service}, https response error StatusCode: ${status}, RequestID: 7c9e, ${said}`;
const sts = "sts:AssumeRoleWithWebIdentity";

test.each([
  [
    "E_AWS_CREDENTIALS",
    operation(
      "STS: GetCallerIdentity",
      403,
      "api error ExpiredToken: The security token included in the request is expired",
    ),
  ],
  ["E_AWS_CREDENTIALS", "ExpiredTokenException: The security token included in the request is expired"],
  [
    "E_AWS_CREDENTIALS",
    operation(
      "STS: GetCallerIdentity",
      403,
      "api error InvalidClientTokenId: The security token included in the request is invalid.",
    ),
  ],
  [
    "E_AWS_CREDENTIALS",
    "error: unable to validate AWS credentials. Details: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetRole, request canceled, context deadline exceeded",
  ],
  ["E_AWS_CREDENTIALS", "error: failed to refresh cached credentials, static credentials are empty"],
  ["E_AWS_CREDENTIALS", "CredentialsProviderError Could not load credentials from any providers"],
  ["E_AWS_CREDENTIALS", "error: AWS account ID not allowed: 111122223333"],
  [
    "E_AWS_CREDENTIALS",
    "RequestTimeTooSkewed HTTP 403 The difference between the request time and the current time is too large.",
  ],
  ["E_AWS_CREDENTIALS", "The SSO session associated with this profile has expired or is otherwise invalid."],
  [
    "E_AWS_DENIED",
    operation(
      "EC2: DescribeVpcs",
      403,
      "api error UnauthorizedOperation: You are not authorized to perform this operation.",
    ),
  ],
  ["E_AWS_DENIED", "AccessDenied HTTP 403 Access Denied"],
  ["E_AWS_DENIED", "403 HTTP 403 UnknownError"],
  ["E_AWS_THROTTLED", operation("RDS: DescribeDBInstances", 400, "api error Throttling: Rate exceeded")],
  ["E_AWS_THROTTLED", "SlowDown HTTP 503 Please reduce your request rate."],
  [
    "E_AWS_UNREACHABLE",
    'error: failed to refresh cached credentials, request send failed, Post "https://sts.example/": dial tcp: lookup sts.example: no such host',
  ],
  ["E_AWS_UNREACHABLE", "Error ECONNREFUSED connect ECONNREFUSED 127.0.0.1:1"],
  ["E_AWS_UNREACHABLE", "InternalError HTTP 500 We encountered an internal error."],
  [
    "E_AWS",
    operation(
      "RDS: CreateDBInstance",
      400,
      "api error InvalidParameterCombination: Cannot find version 99 for postgres",
    ),
  ],
])("%s: %s", (code, text) => {
  const cause = awsCauseOf(text);
  expect(cause?.code).toBe(code);
  expect(cause?.next.length).toBeGreaterThan(20);
});

test("what AWS does not say is not taken for it", () => {
  for (const text of [
    "",
    "TypeError: x is not a function",
    "error: resource is protected",
    "error: preview failed",
  ])
    expect(awsCauseOf(text)).toBeUndefined();
});

test("a refusal of rights names who, what, on what and why", () => {
  const who = "arn:aws:sts::123456789012:assumed-role/surefoot-prod-preview/ann";
  const role = "arn:aws:iam::123456789012:role/surefoot-prod-write";
  expect(
    awsCauseOf(
      `AccessDenied: User: ${who} is not authorized to perform: ${sts} on resource: ${role} with an explicit deny in a service control policy`,
    ),
  ).toMatchObject({
    what: `${who} may not ${sts} on ${role} (explicit deny in a service control policy)`,
    next: expect.stringContaining(sts),
  });
  expect(awsCauseOf("AccessDenied: Access Denied")?.what).toBe("the role in use may not do this");
});

test("nothing in it can steer a terminal, and the long encoded message is left out", () => {
  const evil = awsCauseOf("AccessDenied is not authorized to perform: s3:GetObject on resource: \u001B[2Jx");
  expect(evil?.what).not.toContain("\u001B");
  const long = `api error Strange: no. Encoded authorization failure message: ${"x".repeat(1000)}`;
  expect(awsCauseOf(long)?.what).toBe("AWS refused with Strange: no.");
});
