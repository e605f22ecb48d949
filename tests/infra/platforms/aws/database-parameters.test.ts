// Versions and parameters as RDS spells them.
import { expect, it } from "vitest";
import {
  engineVersionOf,
  familyOf,
  parametersOf,
} from "../../../../infra/platforms/aws/database-parameters.ts";
import { described } from "./mocks.ts";

const database = (engine: "postgres" | "mysql", version: string) => {
  const { database: found } = described("prod");
  if (found === undefined) throw new Error("no database");
  return { ...found, engine, version };
};

it.each([
  ["postgres", "17", "postgres17", "17"],
  ["postgres", "17.2", "postgres17", "17"],
  ["mysql", "8", "mysql8.0", "8.0"],
  ["mysql", "8.4", "mysql8.4", "8.4"],
] as const)(
  "%s %s is of the family %s, and its minor version is left to RDS",
  (engine, version, family, asked) => {
    expect(familyOf(database(engine, version))).toBe(family);
    expect(engineVersionOf(database(engine, version))).toBe(asked);
  },
);

it("lets MySQL write its slow statements where CloudWatch finds them, and takes TLS only", () => {
  const values = Object.fromEntries(
    parametersOf(database("mysql", "8.4")).map(({ name, value }) => [name, value]),
  );
  expect(values).toMatchObject({ log_output: "FILE", slow_query_log: "1", require_secure_transport: "1" });
});
