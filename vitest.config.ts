// How the tests are run: which files belong to `npm test` and to each rig, how many at a time, how long they may take.
import { defineConfig } from "vitest/config";

const rig = (name: string, more: { maxWorkers?: number; globalSetup?: string } = {}) => ({
  extends: true as const,
  test: { name, include: [`tests/rigs/${name}/**/*.test.ts`], ...more },
});

export default defineConfig({
  test: {
    // Stories start real fleets: two files at once is what two cores carry.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: "main", include: ["tests/**/*.test.ts"], exclude: ["tests/rigs/**"] },
      },
      // Real servers that `npm test` does not need: `npm run test:ssh`, `test:aws`, `test:github`, `test:cluster`.
      rig("ssh"),
      rig("aws"),
      rig("github"),
      // Each file has a cluster of its own, and one is what two cores carry.
      rig("cluster", { maxWorkers: 1, globalSetup: "tests/rigs/cluster/build.ts" }),
    ],
  },
});
