// The native Pulumi provider of the local platform: turns resources into folders and processes on this machine.
import { main } from "@pulumi/pulumi/provider/index.js";
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import { edgeType } from "./edge.ts";
import type { Host } from "./host.ts";
import { nodeHost } from "./node-host.ts";
import { nodeType } from "./node.ts";
import { processHost } from "./process-host.ts";
import { watcherType } from "./watcher.ts";

const root = process.env["SUREFOOT_ROOT"] ?? "";
const hosts: Record<string, Host> = {
  [nodeType]: nodeHost(root),
  [edgeType]: processHost(root, "edge"),
  [watcherType]: processHost(root, "watcher"),
};

function hostOf(urn: string): Host {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const host = hosts[type];
  if (host === undefined) throw new Error(`the local platform has no resource of type ${type}`);
  return host;
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

const provider: Provider = {
  version: "0.1.0",
  check: async (_urn, _olds, news) => ({ inputs: news }),
  diff: async (_id, _urn, olds, news) => ({
    changes: Object.keys(news).some((key) => JSON.stringify(news[key]) !== JSON.stringify(olds[key])),
    replaces: ["service", "kind"].filter((key) => key in olds && olds[key] !== news[key]),
    deleteBeforeReplace: true,
  }),
  create: async (urn, inputs) => {
    await step(hostOf(urn).create(nameOf(urn), inputs));
    return { id: nameOf(urn), outs: inputs };
  },
  update: async (_id, urn, _olds, news) => {
    await step(hostOf(urn).create(nameOf(urn), news));
    return { outs: news };
  },
  read: async (id, urn, props) => {
    const host = hostOf(urn);
    if (!(await host.exists(nameOf(urn)))) {
      // Its folder was deleted by hand: what still runs of it would be nobody's from here on.
      await step(host.remove(nameOf(urn)));
      return {};
    }
    return { id, props: { ...props, running: await host.running(nameOf(urn)) } };
  },
  delete: async (_id, urn) => step(hostOf(urn).remove(nameOf(urn))),
};

// Ctrl-C reaches the whole group while the engine waits for the steps in progress: they are ended first. The engine
// itself uses the same signal to end an idle provider.
let inProgress = 0;
let ending = false;
const endWhenIdle = (): void => {
  if (ending && inProgress === 0) setImmediate(() => process.exit(0));
};
process.on("SIGINT", () => {
  ending = true;
  endWhenIdle();
});

async function step<T>(work: Promise<T>): Promise<T> {
  inProgress += 1;
  try {
    return await work;
  } finally {
    inProgress -= 1;
    // The answer has to leave before the process does.
    setTimeout(endWhenIdle, 50);
  }
}

// But not outlive the engine: where that was killed, nobody would end this process.
const engine = Number(process.env["SUREFOOT_ENGINE_PID"]);
setInterval(() => process.ppid === engine || process.exit(1), 500).unref();

await main(provider, process.argv.slice(2));
