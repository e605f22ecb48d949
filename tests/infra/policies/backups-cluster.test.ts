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

it("asks the object of the plugin for how long", () => {
  const plugins = [{ name: "barman", isWALArchiver: true, parameters: { barmanObjectName: "store" } }];
  const kept = (retentionPolicy?: string) => [
    schedule(),
    object(types.objectStore, "store", { spec: { retentionPolicy } }),
  ];
  for (const days of ["7d", undefined]) expect(of({ plugins }, { plan: kept(days) })).toEqual([]);
  expect(of({ plugins }, { plan: kept("6d") })).toEqual(["mandatory spec.plugins"]);
  expect(of({ plugins }, { plan: kept("7d").slice(1) })).toEqual(["mandatory spec.backup"]);
  expect(of({ plugins }), "a store of somebody else").toEqual([]);
  expect(of({ plugins: [{ name: "other" }] }), "a plugin for something else").toEqual([
    "mandatory spec.backup",
  ]);
});
