// Opens a stack in the engine: where its state lies, which providers it may start, what its processes are told.
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LocalWorkspace, PulumiCommand, StackAlreadyExistsError } from "@pulumi/pulumi/automation/index.js";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { Description } from "../../environments/shape.ts";
import { locateEngine } from "../../infra/engine/locate.ts";
import { program } from "../../infra/index.ts";
import { localRoot, project, stateFolder } from "../../infra/names.ts";
import { Refusal } from "../errors.ts";
import type { EngineBackend } from "./engine-backend.ts";
import { readWhole } from "./engine-run.ts";

export interface EnginePlace {
  repo: string;
  /** `local/prod` */
  environment: string;
  /** `local-prod` */
  stack: string;
  description: Description;
  backend: EngineBackend;
  /** Folder that plays the cloud, for offline stacks only. */
  standIn?: string | undefined;
  /** Offline stacks only: kubeconfig of an API server that plays the cluster in place of the folder. */
  standInKubeconfig?: string | undefined;
  forget?: readonly string[] | undefined;
}

/** Opens the stack, and makes it where it is missing. Refuses with E_ENGINE when no engine is there. */
export async function openEngine(place: EnginePlace): Promise<Stack> {
  const engine = locateEngine();
  if (engine === undefined) throw noEngine();
  const { repo, stack, description, backend, standIn } = place;
  // A work directory each, so that stacks may be worked on side by side and nothing is written into the checkout.
  const work = standIn === undefined ? join(stateFolder(repo), "work", stack) : join(standIn, "work");
  mkdirSync(work, { recursive: true, mode: 0o700 });
  const open = async (command: PulumiCommand): Promise<Stack> =>
    LocalWorkspace.createOrSelectStack(
      {
        stackName: stack,
        projectName: project,
        program: async () => ({ ...(await program(description, repo)) }),
      },
      {
        workDir: work,
        projectSettings: { name: project, runtime: "nodejs", main: repo },
        pulumiCommand: command,
        ...(backend.secretsProvider === undefined ? {} : { secretsProvider: backend.secretsProvider }),
        envVars: { ...environmentOf(place), ...backend.env },
      },
    );
  const command = await PulumiCommand.get(engine.root === undefined ? {} : { root: engine.root });
  try {
    return await readWhole(() => open(command));
  } catch (error) {
    // Another run, such as a preview beside this one, made it in the same moment: now it can be selected.
    if (!(error instanceof StackAlreadyExistsError)) throw error;
    return open(command);
  }
}

function environmentOf({
  repo,
  environment,
  description,
  backend,
  standIn,
  standInKubeconfig,
  forget = [],
}: EnginePlace): Record<string, string> {
  // Providers are found on PATH, and so is the Node that ours run on: this one.
  const providers = [join(repo, "infra", "platforms", "local")];
  if (standIn !== undefined) providers.unshift(join(repo, "infra", "stand-in"));
  const path = [...providers, join(process.execPath, ".."), process.env["PATH"]];
  const { platform } = description;
  const fetches = (platform === "aws" || platform === "kubernetes") && standIn === undefined;
  return {
    PATH: path.join(delimiter),
    PULUMI_BACKEND_URL: backend.url,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Only the providers of real clouds and clusters may be fetched: everything else is in this repository.
    ...(fetches ? {} : { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
    ...(standIn === undefined ? {} : { SUREFOOT_STAND_IN: standIn }),
    // Written even where it is empty: whatever this shell holds must not reach a provider.
    SUREFOOT_STAND_IN_KUBECONFIG: standIn === undefined ? "" : (standInKubeconfig ?? ""),
    SUREFOOT_ROOT: localRoot(repo, {
      description: description.name,
      local: environment.startsWith("local/"),
    }),
    // Where a relative ssh_config lies.
    SUREFOOT_REPO: repo,
    SUREFOOT_FORGET: forget.join(","),
  };
}

function noEngine(): Refusal {
  return new Refusal("E_ENGINE", {
    what: "the Pulumi engine is not on this machine",
    state: "nothing was changed",
    next: "npm run setup",
  });
}
