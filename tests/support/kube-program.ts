// A small program of Kubernetes objects on the real engine with the stand-in: what a test changes in it, the engine sees.
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { locateEngine } from "../../infra/engine/locate.ts";

const checkout = join(import.meta.dirname, "..", "..");

export interface KubeProgram {
  /** The program; may be changed between runs. */
  program: () => Promise<void>;
  /** `create server`, in the engine's words, without what stays the same. */
  preview: () => Promise<string[]>;
  up: () => Promise<string[]>;
  destroy: () => Promise<string[]>;
  stack: Stack;
}

/** `folder` holds state and cloud; with a kubeconfig an API server plays the cluster. */
export async function kubeProgram(folder: string, kubeconfig = ""): Promise<KubeProgram> {
  mkdirSync(join(folder, "work"), { recursive: true });
  const root = locateEngine()?.root;
  const self = { program: async () => {} } as KubeProgram;
  self.stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "prod", projectName: "surefoot", program: () => self.program() },
    {
      workDir: join(folder, "work"),
      projectSettings: { name: "surefoot", runtime: "nodejs", main: checkout },
      pulumiCommand: await PulumiCommand.get(root === undefined ? {} : { root }),
      envVars: {
        PATH: [
          join(checkout, "infra", "stand-in"),
          join(process.execPath, ".."),
          process.env["PATH"] ?? "",
        ].join(delimiter),
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        SUREFOOT_STAND_IN: join(folder, "cloud"),
        SUREFOOT_STAND_IN_KUBECONFIG: kubeconfig,
      },
    },
  );
  const refresh = kubeconfig !== "";
  const told = async (run: (onEvent: (event: EngineEvent) => void) => Promise<unknown>) => {
    const seen: string[] = [];
    await run(({ resourcePreEvent: event }) => {
      const { op, type, urn } = event?.metadata ?? {};
      if (op === undefined || type?.startsWith("pulumi:")) return;
      if (!["same", "refresh", "read"].includes(op)) seen.push(`${op} ${urn?.split("::").at(-1)}`);
    });
    return seen;
  };
  self.preview = () => told((onEvent) => self.stack.preview({ refresh, onEvent }));
  self.up = () => told((onEvent) => self.stack.up({ refresh, onEvent }));
  self.destroy = () => told((onEvent) => self.stack.destroy({ refresh, onEvent }));
  return self;
}
