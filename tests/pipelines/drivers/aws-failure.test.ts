// Errors of AWS clients become refusals; what is a bug stays one.
import { expect, test } from "vitest";
import { awsCode, awsFailure, awsStatus, onAws } from "../../../pipelines/drivers/aws-failure.ts";
import { Refusal } from "../../../pipelines/errors.ts";
import { refusalFrom } from "../../support/refusal.ts";

const deed = { doing: "reading the inventory", state: "Nothing was changed." };
const aws = (name: string, status: number, message: string) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });

test("the refusal says what was being done, what is true now and what comes next", async () => {
  const error = aws("DBInstanceNotFound", 404, "DBInstance one not found.");
  const refusal = await refusalFrom(onAws(deed, () => Promise.reject(error)));
  expect(refusal).toMatchObject({
    code: "E_AWS",
    message:
      "reading the inventory: AWS refused with DBInstanceNotFound (HTTP 404): DBInstance one not found.",
    state: deed.state,
    cause: error,
  });
  expect([awsCode(error), awsStatus(error)]).toEqual(["DBInstanceNotFound", 404]);
});

test("an answer without words is told by its status, a lost network by the system's code", () => {
  expect(awsFailure(aws("UnknownError", 403, "UnknownError"), deed)).toMatchObject({ code: "E_AWS_DENIED" });
  const down = new AggregateError([Object.assign(new Error("connect"), { code: "ECONNREFUSED" })], "");
  expect(awsFailure(Object.assign(down, { code: "ECONNREFUSED" }), deed)).toMatchObject({
    code: "E_AWS_UNREACHABLE",
  });
});

test("a bug and a refusal stay what they are", () => {
  const bug = new TypeError("x is not a function");
  const refusal = new Refusal("E_STORE", { what: "w", state: "s", next: "n" });
  expect([awsFailure(bug, deed), awsFailure(refusal, deed), awsFailure("text", deed)]).toEqual([
    bug,
    refusal,
    "text",
  ]);
  expect(awsCode(bug)).toBeUndefined();
});
