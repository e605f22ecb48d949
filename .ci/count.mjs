// Adds up what the runners wrote, and ends with one line over all suites. Plain JavaScript: any Node may run it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [, , folder, broken = ""] = process.argv;
let [passed, failed] = [0, 0];
for (const name of readdirSync(folder)) {
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(
    readFileSync(join(folder, name), "utf8"),
  );
  passed += numPassedTests;
  failed += numFailedTests;
  // A file that breaks outside its tests has failed too.
  if (numFailedTests === 0) failed += numFailedTestSuites;
}
const suites = broken.split(" ").filter(Boolean);
// A suite that ended without a result, because its set-up or the checks before it failed, counts as one.
if (failed === 0) failed = suites.length;
if (suites.length > 0) console.log(`broken: ${suites.join(", ")}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
