// An environment that is not protected can be taken away, whatever it holds; a protected one is never emptied for that.
import { expect, it } from "vitest";
import { declare, described } from "./mocks.ts";
import type { Declared } from "./mocks.ts";

const emptied = ({ of }: Declared): Set<unknown> =>
  new Set(
    [...of("s3/bucket:Bucket"), ...of("backup/vault:Vault")].map(({ inputs }) => inputs["forceDestroy"]),
  );

it("empties buckets and vaults only without protection, and keeps the last snapshot of each time before", async () => {
  const wanted = described("prod");
  expect(emptied(await declare(wanted))).toEqual(new Set([false]));
  const open = { ...wanted, protection: false, backup: { ...wanted.backup, lock: false } };
  const dev = await declare(open);
  expect(emptied(dev)).toEqual(new Set([true]));
  // Another network, another name.
  expect(dev.one("rds/instance:Instance", "database").inputs["finalSnapshotIdentifier"]).toBe(
    "surefoot-prod-database-final-network-id",
  );
});

it("never empties a vault that is locked", async () => {
  const wanted = described("prod");
  const { of } = await declare({ ...wanted, protection: false, backup: { ...wanted.backup, lock: true } });
  for (const { inputs } of of("backup/vault:Vault")) expect(inputs["forceDestroy"]).toBe(false);
});
