// Who may use the environment's key without being of the account.
import { expect, it } from "vitest";
import { declare, described } from "./mocks.ts";
import type { Statement } from "./mocks.ts";

it("lets alarms use the topic's key without a condition that AWS does not promise to meet", async () => {
  const { inputs } = (await declare(described("prod"))).one("kms/key:Key", "key");
  const { Statement: all } = JSON.parse(String(inputs["policy"])) as { Statement: Statement[] };
  const alarms = all.filter(({ Principal }) => Principal?.Service === "cloudwatch.amazonaws.com");
  expect(alarms).toHaveLength(1);
  expect(alarms[0]).not.toHaveProperty("Condition");
  expect(alarms[0]?.Action).toEqual(["kms:Decrypt", "kms:GenerateDataKey*"]);
});
