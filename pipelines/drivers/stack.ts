// The Pulumi engine as a driver: one stack of one environment, through the Automation API with an inline program.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { EngineEvent, Stack as PulumiStack } from "@pulumi/pulumi/automation/index.js";
import { locateEngine } from "../../infra/engine/locate.ts";
import { program } from "../../infra/index.ts";
import { localRoot, project, stateFolder } from "../../infra/names.ts";
import { parseOutputs } from "../../infra/outputs.ts";
import type { Outputs } from "../../infra/outputs.ts";
import type { Description } from "../../environments/shape.ts";
import { Refusal } from "../errors.ts";
import { pruneHistory } from "./engine-history.ts";
import { runEngine } from "./engine-run.ts";

/** One resource that a plan touches. */
export interface ResourceChange {
  op: "create" | "update" | "replace" | "delete" | "read" | "refresh";
  type: string;
  name: string;
}

export interface Stack {
  /** What `up` would do, without doing it. Drift (a dead process) is seen first. */
  preview: () => Promise<ResourceChange[]>;
  /** Makes the description real; heals drift. Tells each finished resource. */
  up: (onChange: (change: ResourceChange) => void) => Promise<ResourceChange[]>;
  down: (onChange: (change: ResourceChange) => void) => Promise<ResourceChange[]>;
  outputs: () => Promise<Outputs | undefined>;
}

export interface StackOptions {
  repo: string;
  /** `local/prod`, for messages. */
  environment: string;
  /** `local-prod` */
  stack: string;
  description: Description;
  signal?: AbortSignal;
}

/** Opens (and where needed makes) the stack. Refuses with E_ENGINE when no engine is there. */
export async function openStack(options: StackOptions): Promise<Stack> {
  const stack = await select(options);
  const { signal, repo } = options;
  // At most this many at a time: each starts a process, and two cores gain nothing from more.
  const common = { parallel: 16, ...(signal === undefined ? {} : { signal }) };
  const backend = backendOf(repo);
  const environment = options.environment;
  const guarded = async <T>(operation: () => Promise<T>): Promise<T> => {
    const result = await runEngine(stack, operation, { backend, environment, signal });
    pruneHistory(backend, project, options.stack);
    return result;
  };
  return {
    preview: async () => {
      const seen = collect();
      await guarded(() => stack.preview({ ...common, refresh: true, onEvent: seen.planned }));
      return seen.changes;
    },
    up: async (onChange) => {
      const seen = collect(onChange);
      await guarded(() => stack.up({ ...common, refresh: true, onEvent: seen.finished }));
      return seen.changes;
    },
    down: async (onChange) => {
      const seen = collect(onChange);
      await guarded(() => stack.destroy({ ...common, onEvent: seen.finished, remove: true }));
      return seen.changes;
    },
    outputs: async () => {
      const values = await stack.outputs();
      return parseOutputs(Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value])));
    },
  };
}

async function select({ repo, stack, description }: StackOptions): Promise<PulumiStack> {
  const engine = locateEngine();
  if (engine === undefined) {
    throw new Refusal("E_ENGINE", {
      what: "the Pulumi engine is not on this machine",
      state: "nothing was changed",
      next: "npm run setup",
    });
  }
  const state = stateFolder(repo);
  const backend = backendOf(repo);
  mkdirSync(backend, { recursive: true, mode: 0o700 });
  const work = join(state, "work", stack);
  mkdirSync(work, { recursive: true, mode: 0o700 });
  const root = localRoot(repo, description.name);
  // The provider is found on PATH, and so is the Node that it runs on: this one.
  const path = [join(repo, "infra", "platforms", "local"), join(process.execPath, ".."), process.env["PATH"]];
  return LocalWorkspace.createOrSelectStack(
    { stackName: stack, projectName: project, program: async () => ({ ...program(description) }) },
    {
      // A work directory each, so that stacks may be worked on side by side and nothing is written into the checkout.
      workDir: work,
      projectSettings: { name: project, runtime: "nodejs", main: repo },
      pulumiCommand: await PulumiCommand.get(engine.root === undefined ? {} : { root: engine.root }),
      envVars: {
        PATH: path.join(delimiter),
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE: passphrase(state),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        SUREFOOT_ROOT: root,
      },
    },
  );
}

const backendOf = (repo: string): string => join(stateFolder(repo), "pulumi");

/** Made once per clone; it encrypts whatever secret the state of its stacks holds. */
function passphrase(state: string): string {
  const given = process.env["PULUMI_CONFIG_PASSPHRASE"];
  if (given !== undefined) return given;
  const file = join(state, "passphrase");
  if (!existsSync(file))
    writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600, flag: "wx" });
  return readFileSync(file, "utf8");
}

function collect(onChange?: (change: ResourceChange) => void) {
  const changes: ResourceChange[] = [];
  const add = (event: EngineEvent["resourcePreEvent"]): void => {
    const metadata = event?.metadata;
    if (metadata === undefined || ["same", "read", "refresh"].includes(metadata.op)) return;
    if (metadata.type.startsWith("pulumi:")) return;
    const change = {
      op: metadata.op.replace(/^(create|delete)-replace.*$/, "replace") as ResourceChange["op"],
      type: metadata.type,
      name: metadata.urn.split("::").at(-1) ?? "",
    };
    changes.push(change);
    onChange?.(change);
  };
  return {
    changes,
    planned: (event: EngineEvent): void => add(event.resourcePreEvent),
    finished: (event: EngineEvent): void => add(event.resOutputsEvent),
  };
}
