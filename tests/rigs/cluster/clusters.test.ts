// Clusters and kubeconfigs as users have them: each is told in one clear error, nothing is begun, and no token is said.
import { once } from "node:events";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttp, request } from "node:http";
import type { RequestListener } from "node:http";
import { request as requestSecurely } from "node:https";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse, stringify } from "yaml";
import { openStack } from "../../../pipelines/drivers/stack.ts";
import { up } from "../../../pipelines/environment/up.ts";
import { openWorkspace } from "../../../pipelines/environment/workspace.ts";
import { describeCluster } from "../../support/kube-description.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { makeWorld } from "../../support/world.ts";
import type { World } from "../../support/world.ts";
import { isOwn, startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const secret = "SECRETTOKEN";
const servers: Server[] = [];
let cluster: Cluster;
let world: World;
let file: string;

beforeAll(async () => {
  cluster = await startCluster({ nodes: 3, rollouts: false });
  file = join(cluster.folder, "used.kubeconfig");
  // What the verbs run with is fixed here; the file is written anew by each test.
  vi.stubEnv("KUBECONFIG", file);
  world = makeWorld();
  describeCluster(world.repo, {
    protection: false,
    kubernetes: {
      context: cluster.context,
      ingress: { class: "nginx" },
      registry: "127.0.0.1:9/game",
      base: `127.0.0.1:9/base@sha256:${"a".repeat(64)}`,
    },
  });
});

afterAll(async () => {
  for (const server of servers) server.close();
  await world?.end();
  await cluster?.stop();
  vi.unstubAllEnvs();
});

type Config = Record<"clusters" | "contexts" | "users", any[]> & { "current-context"?: string };

/** Makes the kubeconfig that is used: the cluster's own, changed. */
function use(change: (config: Config) => string | void): void {
  const config = parse(readFileSync(cluster.kubeconfig, "utf8")) as Config;
  writeFileSync(file, change(config) ?? stringify(config));
}

const user =
  (more: object) =>
  (config: Config): void =>
    void (config.users[0].user = more);
const place =
  (more: object) =>
  (config: Config): void =>
    void Object.assign(config.clusters[0].cluster, more);
const exec = (command: string, ...args: string[]) =>
  user({ exec: { apiVersion: "client.authentication.k8s.io/v1", command, args, interactiveMode: "Never" } });

/** A server in place of the API server; skipping the check of its certificate, so that plain http is asked. */
async function instead(listener?: RequestListener): Promise<(config: Config) => void> {
  const server = listener === undefined ? createServer(() => {}) : createHttp(listener);
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return place({ server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true });
}

/** Runs the verb; gives its error, after it was seen that nothing secret is in any output. */
async function errorOf(...words: string[]): Promise<{ code: string; what: string; next: string }> {
  const { code, stdout, stderr } = await world.run(...words, "--json", "--debug");
  expect(stdout + stderr).not.toContain(secret);
  expect(stdout + stderr).not.toMatch(/\bE_BUG\b/);
  expect(code).toBe(1);
  const { error } = JSON.parse(stdout);
  expect(error.state).toBe("nothing was touched");
  return error;
}

const kubeconfigs: [is: string, change: (config: Config) => string | void, code: string, what: RegExp][] = [
  ["empty", () => "", "E_KUBE_CONTEXT", /cannot be read/],
  ["broken", () => "clusters: [\n", "E_KUBE_CONTEXT", /cannot be read/],
  ["without a current context", (it) => void delete it["current-context"], "E_KUBE_CONTEXT", /is none/],
  ["without its user", (it) => void (it.users = []), "E_KUBE_CONTEXT", /has no user/],
  ["without its cluster", (it) => void (it.clusters = []), "E_KUBE_CONTEXT", /has no cluster/],
  ["with a server that is none", place({ server: "not a url" }), "E_KUBE_CONTEXT", /no address of a server/],
  ["with http", place({ server: "http://127.0.0.1:1" }), "E_KUBE_CREDENTIALS", /signing in/],
  ["of nobody", user({ token: `${secret}1` }), "E_KUBE_CREDENTIALS", /does not know these/],
  ["with a token of two lines", user({ token: `${secret}\n1` }), "E_KUBE_CREDENTIALS", /signing in/],
  [
    "with a certificate that is gone",
    user({ "client-certificate": "/no/c", "client-key": "/no/k" }),
    "E_KUBE_CREDENTIALS",
    /signing in/,
  ],
  ["with a program that is not there", exec("no-such-program"), "E_KUBE_CREDENTIALS", /signing in/],
  [
    "with a program that fails",
    exec("sh", "-c", `echo ${secret} >&2; exit 3`),
    "E_KUBE_CREDENTIALS",
    /signing in/,
  ],
  ["with a program that says no JSON", exec("echo", secret), "E_KUBE_CREDENTIALS", /signing in/],
  [
    "of an unknown authority",
    (it) => void delete it.clusters[0].cluster["certificate-authority-data"],
    "E_KUBE_UNREACHABLE",
    /certificate is not trusted/,
  ],
  [
    "of a host that is not there",
    place({ server: "https://no-such-host.invalid:6443" }),
    "E_KUBE_UNREACHABLE",
    /cannot be reached/,
  ],
];

test.each(kubeconfigs)("a kubeconfig %s", async (_is, change, code, what) => {
  use(change);
  const error = await errorOf("deploy", "cluster", "server", "--release", "r1");
  expect(error).toMatchObject({ code, what: expect.stringMatching(what) });
});

test("no kubeconfig at all", async () => {
  vi.stubEnv("KUBECONFIG", "/no/where");
  const elsewhere = makeWorld();
  for (const name of ["base", "cluster"])
    copyFileSync(
      join(world.repo, "environments", `${name}.yaml`),
      join(elsewhere.repo, "environments", `${name}.yaml`),
    );
  const { document } = await elsewhere.json("status", "cluster");
  expect(document["error"]).toMatchObject({ code: "E_KUBE_CONTEXT", what: expect.stringMatching(/ENOENT/) });
  vi.stubEnv("KUBECONFIG", file);
  await elsewhere.end();
});

test.each(["status cluster", "deploy cluster server", "up cluster", "down cluster --destroy cluster"])(
  "with another context current, %s touches nothing",
  async (words) => {
    use((config) => {
      config.contexts.push({ ...config.contexts[0], name: "prod-eu" });
      config["current-context"] = "prod-eu";
    });
    expect(await errorOf(...words.split(" "))).toMatchObject({
      code: "E_KUBE_CONTEXT",
      what: expect.stringMatching(/current context is prod-eu/),
      next: `kubectl config use-context ${cluster.context}`,
    });
  },
);

test("a server that takes the connection and never answers is given up", async () => {
  use(await instead());
  expect(await errorOf("status", "cluster")).toMatchObject({ code: "E_KUBE_UNREACHABLE" });
});

test("a page to sign in to the network is no API server", async () => {
  use(await instead((_incoming, outgoing) => void outgoing.end("<html>Welcome</html>")));
  expect(await errorOf("status", "cluster")).toMatchObject({ code: "E_KUBE_UNREACHABLE" });
});

test("an old cluster is refused by its version", async () => {
  const { server, kubeconfig } = cluster;
  const ca = parse(readFileSync(kubeconfig, "utf8")).clusters[0].cluster["certificate-authority-data"];
  const through: RequestListener = (incoming, outgoing) => {
    if (incoming.url === "/version")
      return void outgoing.end('{"major":"1","minor":"27+","gitVersion":"v1.27.9"}');
    const { method = "GET", headers, url = "/" } = incoming;
    const ask = server.startsWith("https") ? requestSecurely : request;
    return void incoming.pipe(
      ask(`${server}${url}`, { method, headers, ca: Buffer.from(ca, "base64") }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      }),
    );
  };
  use(await instead(through));
  expect(await errorOf("up", "cluster")).toMatchObject({
    code: "E_KUBE_VERSION",
    what: expect.stringMatching(/v1\.27\.9/),
  });
});

test.runIf(isOwn)("without Argo Rollouts the verbs say so, and up makes nothing by half", async () => {
  use(() => {});
  const { stdout, code } = await world.run("status", "cluster", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout).error).toMatchObject({ code: "E_KUBE_ARGO" });
  using opened = await openWorkspace(world.repo, "cluster");
  const workspace = {
    ...opened,
    stack: () =>
      openStack({
        repo: world.repo,
        environment: "cluster",
        stack: "cluster",
        description: opened.description,
        standIn: join(world.repo, "cloud"),
        standInKubeconfig: cluster.kubeconfig,
      }),
  };
  const watching = {
    change: () => {},
    booted: () => {},
    adopted: () => {},
    acknowledged: [],
    reason: "test",
  };
  const refusal = await refusalFrom(up(workspace, { ...watching, signal: new AbortController().signal }));
  expect(refusal).toMatchObject({ code: "E_KUBE_ARGO", state: "nothing was changed" });
  expect(refusal.message).toMatch(/Argo Rollouts/);
  expect(await cluster.kubectl("get", "namespaces", "-o", "name")).not.toContain("surefoot-cluster");
});
