// How the tests are run: which files they are, how many at a time, how long they may take.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Stories start real fleets: two files at once is what two cores carry.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
