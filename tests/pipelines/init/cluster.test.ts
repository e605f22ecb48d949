// Tests init on platform kubernetes: what is asked, written, complained about, and what a cluster needs once.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadDescription } from "../../../environments/loader.ts";
import { answersOf } from "../../../pipelines/init/answers.ts";
import type { Given, Shared } from "../../../pipelines/init/given.ts";
import { prepareInit, runInit } from "../../../pipelines/init/run.ts";

const checkout = join(import.meta.dirname, "..", "..", "..");
const base = `node:24-slim@sha256:${"a".repeat(64)}`;
const cluster: Given = {
  platform: "kubernetes",
  names: ["test", "prod"],
  context: ["game"],
  registry: ["registry.example.com/game"],
  base: [base],
  set: ["app.IMAGE_HOST=https://images.{name}.example.com"],
};
const shared: Shared = {
  services: { app: { kind: "http", sized: false, needs: ["IMAGE_HOST"] } },
  database: true,
};

function repository(): string {
  const repo = mkdtempSync(join(tmpdir(), "surefoot-init-test-"));
  onTestFinished(() => rmSync(repo, { recursive: true, force: true }));
  mkdirSync(join(repo, "environments"));
  copyFileSync(join(checkout, "environments", "base.yaml"), join(repo, "environments", "base.yaml"));
  return repo;
}

function written(given: Given, name: string) {
  const repo = repository();
  const plan = prepareInit(repo, given, []);
  runInit(repo, plan);
  const loaded = loadDescription(join(repo, "environments"), name);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.complaints));
  return { ...plan, description: loaded.description };
}

test("the least that is given passes the check: a namespace each, and no database that nobody backs up", () => {
  const { description, commands } = written(cluster, "prod");
  // oxlint-disable-next-line unicorn/no-thenable -- a word, not a function
  const drain = { sessions: "wait", then: "force" };
  expect(description).toMatchObject({
    platform: "kubernetes",
    protection: true,
    kubernetes: {
      context: "game",
      registry: "registry.example.com/game",
      base,
      prometheus: "http://prometheus-operated.monitoring:9090",
    },
    services: {
      app: { nodes: 3, rollout: { smokeRestart: false } },
      server: { rollout: { smokeRestart: false, drain } },
    },
  });
  expect([description.database, description.kubernetes.namespace, description.kubernetes.ingress]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(commands.map(({ run }) => run.replace(/ --repo.*/, ""))).toEqual([
    "helm upgrade --install kube-prometheus-stack kube-prometheus-stack",
    "helm upgrade --install argo-rollouts argo-rollouts",
    expect.stringMatching(/^go install .*crane@v\d/),
    'crane auth login registry.example.com --username "$USER" --password-stdin',
    "kubectl config use-context game",
    ...["test", "prod"].flatMap((name) => [
      `surefoot doctor ${name}`,
      `surefoot up ${name}`,
      ...["app", "server"].flatMap((service) => [
        `surefoot release ${service} --release r1 --from ${name}`,
        `surefoot deploy ${name} ${service} --release r1`,
      ]),
    ]),
  ]);
});

test("with backups and a domain: database, ingress, certificate, and the secrets that both need", () => {
  const { description, commands } = written(
    { ...cluster, backups: ["prod=s3://game-backups"], domain: ["play.example.com"], ingress: ["traefik"] },
    "prod",
  );
  expect(description).toMatchObject({
    kubernetes: {
      ingress: { class: "traefik", tlsSecret: "edge-tls" },
      backups: { destination: "s3://game-backups", secret: "backups" },
    },
    edge: { domain: "play.example.com" },
    database: { engine: "postgres", multiZone: true },
  });
  const runs = commands.map(({ run }) => run).join("\n");
  expect(runs).toMatch(/cloudnative-pg --repo \S+ --version [\d.]+ .*--kube-context game/);
  expect(runs).toContain("-trixie.yaml --context game");
  expect(runs).toContain("--namespace surefoot-prod create secret generic backups ");
  expect(runs).toContain("--namespace surefoot-prod create secret tls edge-tls ");
  expect(runs).not.toContain("--namespace surefoot-test create secret");
});

test("each cluster is made ready once, before its environments; KEDA and load only where they are used", () => {
  const { commands } = written({ ...cluster, context: ["game", "prod=live one"] }, "prod");
  const runs = commands.map(({ run }) => run);
  expect(runs.filter((run) => run.startsWith("helm "))).toHaveLength(4);
  expect(runs.indexOf("kubectl config use-context 'live one'")).toBeGreaterThan(
    runs.indexOf("surefoot up test"),
  );
  expect(runs.join("\n")).not.toMatch(/keda|metrics-server/);
});

test("what is missing is told at once; environments do not share a namespace", () => {
  const { missing } = answersOf({ platform: "kubernetes", set: cluster.set }, shared);
  expect(missing.map((line) => line.split(" ")[0])).toEqual(["--context", "--registry", "--base"]);
  expect(answersOf({ ...cluster, namespace: ["game"] }, shared).wrong).toEqual([
    "--namespace: test, prod need one each; {name} in it becomes the name of the environment",
  ]);
  const elsewhere = { ...cluster, namespace: ["game"], context: ["game", "prod=live"] };
  expect(answersOf(elsewhere, shared).wrong).toEqual([]);
  expect(answersOf({ ...cluster, namespace: ["game-{name}"] }, shared).wrong).toEqual([]);
  expect(answersOf({ ...cluster, base: ["qa=x"] }, shared).wrong).toEqual([
    "--base qa=…: qa is none of test, prod",
  ]);
});
