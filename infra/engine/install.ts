// Gets the Pulumi engine once per version: the official installer, or a build from its Go module where that is out of reach.
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { SemVer } from "semver";
import { engineFolder, engineVersion, locateEngine } from "./locate.ts";
import { runLong } from "./long-command.ts";

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const modulePath = "github.com/pulumi/pulumi";

/** Installs the engine unless one is there already; throws with what was tried and what a person can do. */
export async function installEngine(): Promise<string> {
  const found = locateEngine();
  if (found !== undefined) return found.path;
  const attempts: string[] = [];
  for (const [name, attempt] of [
    ["official download", download],
    ["build from its Go module", build],
  ] as const) {
    try {
      await attempt();
      const engine = locateEngine();
      if (engine !== undefined) return engine.path;
    } catch (error) {
      attempts.push(`${name}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
      say(`  ${attempts.at(-1)}`);
    }
  }
  throw new Error(
    `the Pulumi engine ${engineVersion} could not be had (${attempts.join("; ")}). ` +
      `Put a pulumi of version ${engineVersion} or newer on PATH, or install Go (https://go.dev/dl), then run this again`,
  );
}

async function download(): Promise<void> {
  if (process.env["SUREFOOT_ENGINE"] === "build") throw new Error("skipped by SUREFOOT_ENGINE=build");
  say(`engine: downloading Pulumi ${engineVersion} (once; kept in the cache)`);
  mkdirSync(engineFolder(), { recursive: true });
  await PulumiCommand.install({ version: new SemVer(engineVersion), root: engineFolder() });
}

/** Builds in a folder of its own and renames the result, so that two set-ups at once or a kill leave no half engine. */
async function build(): Promise<void> {
  say(`engine: building Pulumi ${engineVersion} from its Go module (once; about 4 minutes on 2 cores)`);
  mkdirSync(engineFolder(), { recursive: true });
  const work = mkdtempSync(join(engineFolder(), "build-"));
  try {
    for (const file of ["go.mod", "go.sum", "engine.go"]) {
      copyFileSync(join(import.meta.dirname, file), join(work, file));
    }
    const version = `-X ${modulePath}/sdk/v3/go/common/version.Version=v${engineVersion}`;
    const flags = ["-mod=readonly", "-trimpath", "-ldflags", `-s -w ${version}`, "-o", "pulumi"];
    await runLong("go", ["build", ...flags, `${modulePath}/pkg/v3/cmd/pulumi`], work);
    mkdirSync(join(engineFolder(), "bin"), { recursive: true });
    renameSync(join(work, "pulumi"), join(engineFolder(), "bin", "pulumi"));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  try {
    say(`engine: ${await installEngine()}`);
  } catch (error) {
    say(`E_ENGINE ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
