// The local platform, as a list of contents: nodes, edge, watcher. Edge and watcher find the nodes themselves, so ten nodes more are ten resources more.
import * as pulumi from "@pulumi/pulumi";
import type { Description } from "../../../environments/shape.ts";
import { nodeName, zoneOf } from "../../names.ts";
import type { Outputs } from "../../outputs.ts";
import { Edge } from "./edge.ts";
import { Node } from "./node.ts";
import { Watcher } from "./watcher.ts";

class LocalProvider extends pulumi.ProviderResource {
  constructor() {
    super("surefoot", "local", {});
  }
}

/** Declares the environment's local resources and returns the outputs contract. */
export function localPlatform(description: Description): Outputs {
  const provider = new LocalProvider();
  const services = Object.values(description.services);
  const nodes = services.flatMap(({ name: service, kind, health, nodes: count }) =>
    Array.from({ length: count }, (_, index) => {
      const [name, zone] = [nodeName(service, index), zoneOf(description.zones, index)];
      new Node(name, { service, kind, zone, health }, { provider });
      return { name, service, zone };
    }),
  );
  new Edge(
    "edge",
    { services: services.map(({ name, kind, route }) => ({ name, kind, route })) },
    { provider },
  );
  new Watcher(
    "watcher",
    {
      intervalSeconds: 1,
      services: services.map(({ name, metricsPath, metrics }) => ({ name, metricsPath, metrics })),
    },
    { provider },
  );
  return { platform: "local", nodes };
}
