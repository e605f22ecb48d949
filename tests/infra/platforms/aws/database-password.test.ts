// Who keeps the first password: RDS refuses a replica of a database whose password it keeps.
import { expect, it } from "vitest";
import { declare, described } from "./mocks.ts";
import type { Declared } from "./mocks.ts";

async function withReplica(replica: boolean): Promise<Declared> {
  const wanted = described("prod");
  if (wanted.database === undefined) throw new Error("no database");
  return declare({ ...wanted, database: { ...wanted.database, replica } });
}
const primary = (declared: Declared) => declared.one("rds/instance:Instance", "database");

it("is kept and renewed by RDS where there is no replica", async () => {
  const { inputs } = primary(await withReplica(false));
  expect(inputs).toMatchObject({ manageMasterUserPassword: true, masterUserSecretKmsKeyId: "key-key" });
  expect(inputs).not.toHaveProperty("password");
});

it("is random, never in the clear and never changed by a later run where there is one", async () => {
  const [one, other] = [primary(await withReplica(true)), primary(await withReplica(true))];
  expect(one.inputs).not.toHaveProperty("manageMasterUserPassword");
  expect(one.ignored).toContain("password");
  expect(JSON.stringify(one.inputs["password"])).not.toBe(JSON.stringify(other.inputs["password"]));
  // As the engine marks a secret.
  expect(one.inputs["password"]).toMatchObject({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
});
