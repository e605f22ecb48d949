// Tests that a database inside a cluster is backed up outside of it, by a schedule, and long enough.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { backups } from "../../../infra/policies/backups.ts";
import { kubernetesTypes as types } from "../../../infra/policies/kubernetes-kinds.ts";
import { object } from "./kubernetes-objects.ts";
import { dev, found, prod } from "./planned.ts";

const store = (retentionPolicy?: string) => ({ backup: { barmanObjectStore: {}, retentionPolicy } });
const schedule = (more: object = {}) =>
  object(types.scheduledBackup, "daily", { spec: { cluster: { name: "database" }, ...more } });
const of = (spec: object, { by = prod, plan = [schedule()] } = {}): string[] =>
  found(backups, [object(types.database, "database", { spec }), ...plan], { of: by });

it("refuses a database without backups under protection, and advises elsewhere", () => {
  expect(of({})).toEqual(["mandatory spec.backup"]);
  expect(of({}, { by: dev })).toEqual(["advisory spec.backup"]);
  expect(of(store("7d"), { plan: [] })).toEqual(["mandatory spec.backup"]);
  expect(of(store("7d"), { plan: [schedule({ suspend: true })] })).toEqual(["mandatory spec.backup"]);
  expect(of(store("7d"), { plan: [schedule({ cluster: { name: "other" } })] })).toHaveLength(1);
});

it("holds them against the promised days", () => {
  expect(of(store("6d"))).toEqual(["mandatory spec.backup.retentionPolicy"]);
  for (const days of ["7d", "1w", "1m", undefined]) expect(of(store(days))).toEqual([]);
  expect(of(store(unknownValue))).toEqual(["advisory spec.backup.retentionPolicy unknown"]);
});

it("takes the plugin's word for how long, not for when", () => {
  const plugins = [{ name: "barman-cloud.cloudnative-pg.io" }];
  expect(of({ plugins })).toEqual([]);
  expect(of({ plugins }, { plan: [] })).toEqual(["mandatory spec.backup"]);
});
