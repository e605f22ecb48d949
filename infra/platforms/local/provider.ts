// The native Pulumi provider of the platforms local and ssh: turns resources into folders and processes, here and on hosts.
import { join } from "node:path";
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import { serve } from "../../engine/serve.ts";
import { nameOf, typeOf } from "../../engine/urn.ts";
import { sshNodeType } from "../ssh/node.ts";
import { sshNodeHost } from "../ssh/node-host.ts";
import { edgeType } from "./edge.ts";
import type { Host } from "./host.ts";
import { nodeHost } from "./node-host.ts";
import { nodeType } from "./node.ts";
import { processHost } from "./process-host.ts";
import { watcherType } from "./watcher.ts";

const root = process.env["SUREFOOT_ROOT"] ?? "";
const repo = process.env["SUREFOOT_REPO"] ?? join(import.meta.dirname, "..", "..", "..");
const forget = (process.env["SUREFOOT_FORGET"] ?? "").split(",");
const hosts: Record<string, Host> = {
  [nodeType]: nodeHost(root),
  [edgeType]: processHost(root, "edge"),
  [watcherType]: processHost(root, "watcher"),
  [sshNodeType]: sshNodeHost(repo, forget),
};

function hostOf(urn: string): Host {
  const type = typeOf(urn);
  const host = hosts[type];
  if (host === undefined) throw new Error(`there is no resource of type ${type}`);
  return host;
}

const provider: Provider = {
  version: "0.1.0",
  check: async (_urn, _olds, news) => ({ inputs: news }),
  diff: async (_id, _urn, olds, news) => ({
    changes: Object.keys(news).some((key) => JSON.stringify(news[key]) !== JSON.stringify(olds[key])),
    // Another machine or folder is another node: the old one is ended first.
    replaces: ["service", "kind", "address", "port", "root"].filter(
      (key) => key in olds && olds[key] !== news[key],
    ),
    deleteBeforeReplace: true,
  }),
  create: async (urn, inputs) => {
    await hostOf(urn).create(nameOf(urn), inputs);
    return { id: nameOf(urn), outs: inputs };
  },
  update: async (_id, urn, _olds, news) => {
    await hostOf(urn).create(nameOf(urn), news);
    return { outs: news };
  },
  read: async (id, urn, props) => {
    const host = hostOf(urn);
    if (!(await host.exists(nameOf(urn), props))) {
      // Its folder was deleted by hand: what still runs of it would be nobody's from here on.
      await host.remove(nameOf(urn), props);
      return {};
    }
    return { id, props: { ...props, running: await host.running(nameOf(urn), props) } };
  },
  delete: async (_id, urn, props) => hostOf(urn).remove(nameOf(urn), props),
};

await serve(provider);
