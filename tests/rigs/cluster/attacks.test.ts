// Attacks on releases in a cluster, through the verbs as a user meets them: killed runs, two at once, other hands, other clones.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse, stringify } from "yaml";
import { small } from "../../support/world.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { installed } from "./binaries.ts";
import { isOwn } from "./cluster.ts";
import { makeClusterWorld } from "./world.ts";
import type { ClusterWorld } from "./world.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

let world: ClusterWorld;
let own: string;
const namespace = "surefoot-test";

const rollout = {
  waves: [1, "100%"],
  bake: { first: "8s", rest: "8s" },
  failureBudget: 1,
  minHealthy: "50%",
  smokeRestart: false,
  drain: { sessions: "cut" },
};

const describe = (name: string, kubernetes: object = {}): void =>
  world.describe(
    {
      ...small({ nodes: 3, rollout }, { rollout: { ...rollout, failureBudget: 0 } }),
      platform: "kubernetes",
      database: "none",
      kubernetes: { ...world.kubernetes, ...kubernetes },
    },
    name,
  );

beforeAll(async () => {
  // The verbs run with what is set now; the cluster is known only later.
  vi.stubEnv("PATH", `${await installed("crane")}:${process.env["PATH"]}`);
  own = join(mkdtempSync(join(tmpdir(), "surefoot-attacks-")), "kubeconfig");
  vi.stubEnv("KUBECONFIG", own);
  world = await makeClusterWorld();
  cpSync(world.cluster.kubeconfig, own);
  describe("test");
  await world.release("server", "r1", "r2", "r3");
  await world.up();
  await verb("deploy", "r1");
});

afterAll(async () => {
  await world?.end();
  rmSync(dirname(own), { recursive: true });
});

const verb = async (name: string, release?: string) => {
  const words = release === undefined ? [] : ["--release", release];
  const { code, document } = await world.json(name, "test", "server", ...words);
  return { code, ...document } as Record<string, any>;
};
const pinned = (): string =>
  JSON.parse(readFileSync(join(world.repo, "environments", "releases", "test.json"), "utf8")).server.current
    .release;
const service = async (): Promise<Record<string, any>> =>
  (await world.json("status", "test")).document["services"].find(
    ({ name }: { name: string }) => name === "server",
  );
const running = async (): Promise<string[]> =>
  (await service())["nodes"].map(({ release, state }: Record<string, string>) => `${release} ${state}`);
const three = (release: string): string[] => Array.from({ length: 3 }, () => `${release} running`);
const kubectl = (...words: string[]): Promise<string> => world.cluster.kubectl(...words, "-n", namespace);
const images = async (): Promise<Set<string>> => {
  const text = await kubectl("get", "pods", "-o", "json");
  // One that is on its way out is still listed.
  const staying = JSON.parse(text).items.filter((pod: any) => pod.metadata.deletionTimestamp === undefined);
  return new Set(staying.map((pod: any) => pod.spec.containers[0].image));
};
/** Starts a deploy and lets it come to the first bake. */
const baking = async (release: string) => {
  const begun = world.start("deploy", "test", "server", "--release", release, "--json");
  await world.cluster.kubectl(
    "wait",
    "rollout/server",
    "-n",
    namespace,
    "--for=jsonpath={.status.currentStepIndex}=1",
    "--timeout=60s",
  );
  return begun;
};

test("a namespace that somebody has is never taken over, and not deleted", async () => {
  await world.cluster.kubectl("create", "namespace", "precious");
  describe("thief", { namespace: "precious" });
  describe("twin", { namespace });
  for (const id of ["thief", "twin"]) {
    const refusal = await refusalFrom(world.up(id));
    expect(refusal).toMatchObject({ code: "E_KUBE", state: "nothing was changed" });
    expect((await world.down(id)).changes).toEqual([]);
  }
  await world.cluster.kubectl("get", "namespace", "precious");
  expect(await running()).toEqual(three("r1"));
});

test.runIf(isOwn)("who may not release pins nothing and leaves nothing unfinished", async () => {
  const read = { apiGroups: ["", "apps", "argoproj.io"], resources: ["*"], verbs: ["get", "list"] };
  const maps = { apiGroups: [""], resources: ["configmaps"], verbs: ["patch", "create"] };
  for (const [name, rules, lacks] of [
    ["reader", [read], /may not patch configmaps/],
    ["half", [read, maps], /may not patch rollouts/],
  ] as const) {
    const { kubeconfig, token } = await world.cluster.addUser(name, rules);
    const config = parse(readFileSync(kubeconfig, "utf8"));
    config.contexts[0].name = config["current-context"] = world.cluster.context;
    writeFileSync(own, stringify(config));
    const { code, error } = await verb("deploy", "r2");
    expect(code).toBe(1);
    expect(error).toMatchObject({ code: "E_KUBE_DENIED", what: expect.stringMatching(lacks) });
    expect(JSON.stringify(error)).not.toContain(token);
    expect(pinned()).toBe("r1");
    expect((await service())["unfinished"]).toBeNull();
  }
  cpSync(world.cluster.kubeconfig, own);
});

test("a registry that is down refuses before anything is pinned", async () => {
  describe("test", { registry: "127.0.0.1:9/game" });
  expect((await verb("deploy", "r2"))["error"]).toMatchObject({ code: "E_REGISTRY" });
  expect([pinned(), (await service())["unfinished"]]).toEqual(["r1", null]);
  describe("test");
});

test("a killed deploy is gone back from, with the shape of its pods gone too, and two never run at once", async () => {
  const killed = await baking("r2");
  const error = (await verb("rollback"))["error"];
  expect(error).toMatchObject({ code: "E_LEASE_HELD", next: expect.stringMatching(/surefoot unlock test/) });
  killed.child.kill("SIGKILL");
  await killed.ended;
  await world.run("unlock", "test");
  // Without the shape of its pods nothing new is made of it; what was made is still shown, and goes back.
  await kubectl("delete", "podtemplate", "server");
  expect((await service())["nodes"]).toHaveLength(3);
  expect((await verb("deploy", "r3"))["error"]).toMatchObject({ code: "E_NOT_UP" });
  expect(await verb("rollback")).toMatchObject({ outcome: "rolled-back", release: "r1" });
  expect(await running()).toEqual(three("r1"));
  expect(pinned()).toBe("r1");
  await world.up();
});

test("an image set by another hand is seen, and goes with the rollback", async () => {
  const good = await images();
  const run = await baking("r2");
  const patch = [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "evil" }];
  await kubectl("patch", "rollout", "server", "--type=json", "-p", JSON.stringify(patch));
  const { code, stdout } = await run.ended;
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: "paused",
    reason: expect.stringMatching(/another hand/),
  });
  expect(await verb("rollback")).toMatchObject({ outcome: "rolled-back", release: "r1" });
  expect(await images()).toEqual(good);
});

test("a clone with a store of its own is not fenced off, and an older run is", async () => {
  rmSync(join(world.repo, ".surefoot", "store"), { recursive: true });
  expect(await verb("deploy", "r2")).toMatchObject({ outcome: "deployed" });
  const later = String(Math.floor(Date.now() / 1000) + 3600);
  await kubectl("annotate", "rollout", "server", `surefoot.dev/fence=${later}`, "--overwrite");
  expect((await verb("deploy", "r3"))["error"]).toMatchObject({
    code: "E_LEASE_LOST",
    what: expect.stringMatching(/younger run/),
  });
  expect(pinned()).toBe("r2");
  await kubectl("annotate", "rollout", "server", "surefoot.dev/fence-");
});

test("a rollback brings back the secrets that the release ran with, and none is said", async () => {
  const put = async (value: string): Promise<void> => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "server-secrets", namespace },
      stringData: { KEY: value },
    };
    await world.cluster.kubectl.with(JSON.stringify(secret), "apply", "-f", "-");
  };
  const used = async (): Promise<string> => {
    const { spec } = JSON.parse(await kubectl("get", "rollout", "server", "-o", "json"));
    const { name } = spec.template.spec.containers[0].envFrom.find((one: any) => one.secretRef).secretRef;
    return Buffer.from(
      await kubectl("get", "secret", name, "-o", "jsonpath={.data.KEY}"),
      "base64",
    ).toString();
  };
  await put("the-first-word");
  await verb("deploy", "r3");
  expect(await used()).toBe("the-first-word");
  await put("the-second-word");
  const { stdout, stderr } = await world.run("deploy", "test", "server", "--release", "r1", "--debug");
  expect(stdout + stderr).not.toMatch(/the-(first|second)-word/);
  expect(await used()).toBe("the-second-word");
  expect(await verb("rollback")).toMatchObject({ release: "r3" });
  expect(await used()).toBe("the-first-word");
});

test("down takes all of it, and again is no error", async () => {
  expect((await world.down()).changes.length).toBeGreaterThan(20);
  expect((await world.down()).changes).toEqual([]);
  expect((await service())["nodes"]).toEqual([]);
});
