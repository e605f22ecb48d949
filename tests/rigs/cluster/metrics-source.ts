// The metrics of every simulated pod, behind one address; a test says how each release behaves.
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { advance, pageOf, startSums, well } from "./metrics-page.ts";
import type { Behaviour, Sums } from "./metrics-page.ts";
import type { Pod } from "./pods.ts";

export interface MetricsSource {
  port: number;
  /** From now on all pods of this release behave so, and well in all that is left out. */
  set: (release: string, change: Partial<Behaviour>) => void;
  /** From now on all pods behave so, but for what `set` says of their release. */
  setAll: (change: Partial<Behaviour>) => void;
  /** How the pods are found that Prometheus is told of; it asks each second. */
  find: (pods: () => Promise<Pod[]>) => void;
  /** Pods that were asked since the last call, as `<namespace>/<pod>`. */
  asked: () => string[];
  close: () => Promise<void>;
}

/** Serves `/metrics/<namespace>/<pod>?release=<release>` on a port of 127.0.0.1. */
export async function startMetricsSource(): Promise<MetricsSource> {
  let all: Behaviour = well;
  const releases = new Map<string, Partial<Behaviour>>();
  const pods = new Map<string, { sums: Sums; behaviour: Behaviour }>();
  const asked = new Set<string>();
  const behaviourOf = (release: string): Behaviour => ({
    ...all,
    // What crashes all the time hardly ever answers.
    ...(/(^|-)crash-loop$/.test(release) ? { down: true } : {}),
    ...releases.get(release),
  });
  // What changes is counted from now on: until now it was as it was.
  const settle = (change: () => void): void => {
    const now = Date.now() / 1000;
    for (const [pod, { sums, behaviour }] of pods)
      pods.set(pod, { behaviour, sums: advance(sums, behaviour, ownOf(pod), now) });
    change();
  };
  let find = async (): Promise<Pod[]> => [];
  const tellTargets = async (response: ServerResponse): Promise<void> => {
    try {
      const targets = (await find()).flatMap(targetOf);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(targets));
    } catch {
      // Prometheus then stays with those that it knows, as it does while an API server is away.
      response.writeHead(503).end();
    }
  };
  const tell = (url: URL, response: ServerResponse): void => {
    const pod = url.pathname.replace(/^\/metrics\//, "");
    const behaviour = behaviourOf(url.searchParams.get("release") ?? "");
    const now = Date.now() / 1000;
    asked.add(pod);
    const sums = advance(pods.get(pod)?.sums ?? startSums(now), behaviour, ownOf(pod), now);
    pods.set(pod, { sums, behaviour });
    if (behaviour.down) return void response.writeHead(500).end();
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" });
    response.end(behaviour.silent ? "" : pageOf(sums, behaviour, ownOf(pod)));
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://nowhere");
    if (url.pathname === "/targets") void tellTargets(response);
    else tell(url, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    set: (release, change) => settle(() => void releases.set(release, change)),
    setAll: (change) => settle(() => void (all = { ...well, ...change })),
    find: (look) => void (find = look),
    asked: () => {
      const names = [...asked].toSorted();
      asked.clear();
      return names;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A pod as a target of Prometheus, with the labels that its operator would give it; none before it has an address. */
function targetOf({ name, namespace, node, address, phase, labels }: Pod): object[] {
  const service = labels["app.kubernetes.io/name"];
  if (service === undefined || address === undefined || phase !== "Running") return [];
  const hash = labels["rollouts-pod-template-hash"];
  const series = {
    __meta_path: `/metrics/${namespace}/${name}`,
    __param_release: labels["surefoot.dev/release"] ?? "",
    __param_service: service,
    namespace,
    service,
    pod: name,
    node: node ?? "",
    ...(hash === undefined ? {} : { rollouts_pod_template_hash: hash }),
  };
  return [{ targets: [`${address}:8080`], labels: series }];
}

/** Pods of one kind differ a little, each always in the same way: 0.95 to 1.05. */
function ownOf(pod: string): number {
  let hash = 7;
  for (const letter of pod) hash = (hash * 31 + letter.charCodeAt(0)) % 100_003;
  return 0.95 + (hash % 101) / 1000;
}
