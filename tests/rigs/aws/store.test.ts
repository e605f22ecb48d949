// Everything that holds for the store on one machine, once more on S3: the same tests, against buckets of moto.
import { afterAll, describe } from "vitest";
import { storeOn } from "../../support/store-suite.ts";
import { startMoto } from "./moto.ts";
import { s3Backing } from "./s3-backing.ts";

const moto = await startMoto();
Object.assign(process.env, moto.env);
afterAll(moto.stop);
storeOn(await s3Backing("team"));

const suites = {
  store: () => import("../../pipelines/drivers/store.test.ts"),
  lease: () => import("../../pipelines/lease/lease.test.ts"),
  "lease among processes": () => import("../../pipelines/lease/processes.test.ts"),
  journal: () => import("../../pipelines/journal/journal.test.ts"),
  ledger: () => import("../../pipelines/ledger/ledger.test.ts"),
};
for (const [name, load] of Object.entries(suites))
  describe(name, async () => {
    await load();
  });
