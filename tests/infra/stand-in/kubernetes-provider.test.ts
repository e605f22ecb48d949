// The stand-in for Kubernetes under the real engine: objects are made once, changed in place or replaced, and nothing else happens.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCloud } from "../../../infra/stand-in/cloud.ts";
import { kubeProgram } from "../../support/kube-program.ts";
import type { KubeProgram } from "../../support/kube-program.ts";

const folder = mkdtempSync(join(tmpdir(), "surefoot-test-"));
let engine: KubeProgram;

const program =
  ({ replicas = 50, text = "1", named = true } = {}) =>
  async (): Promise<void> => {
    const space = new k8s.core.v1.Namespace("space", { metadata: { name: "prod" } });
    const metadata = { name: "server", namespace: space.metadata.name };
    new k8s.apiextensions.CustomResource("server", {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Rollout",
      metadata,
      spec: { replicas },
    });
    new k8s.core.v1.ConfigMap("settings", {
      metadata: { namespace: "prod", ...(named && { name: "settings" }) },
      data: { TEXT: text },
    });
    new k8s.helm.v3.Release("keda", { chart: "keda", name: "keda", namespace: "keda", version: "2.21.0" });
  };

const ids = async () => (await openCloud(join(folder, "cloud")).list()).map(({ id }) => id).toSorted();

beforeAll(async () => {
  engine = await kubeProgram(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

test("a preview makes nothing; up makes everything; up again changes nothing", async () => {
  engine.program = program();
  expect((await engine.preview()).toSorted()).toEqual([
    "create keda",
    "create server",
    "create settings",
    "create space",
  ]);
  expect(await ids()).toEqual([]);
  await engine.up();
  expect(await ids()).toEqual(["keda/keda", "prod", "prod/server", "prod/settings"]);
  expect(await engine.up()).toEqual([]);
});

test("more replicas are one change in place", async () => {
  engine.program = program({ replicas: 60 });
  expect(await engine.preview()).toEqual(["update server"]);
});

test("other content of a config map is a replacement; its name must be free first", async () => {
  engine.program = program({ text: "2" });
  expect((await engine.up()).filter((line) => line !== "replace settings")).toEqual([
    "delete-replaced settings",
    "create-replacement settings",
  ]);
  expect(await ids()).toContain("prod/settings");
});

test("an object without a name gets one, and keeps it", async () => {
  engine.program = program({ text: "2", named: false });
  await engine.up();
  const name = (await ids()).find((id) => id.startsWith("prod/settings"));
  expect(name).toMatch(/^prod\/settings-[0-9a-f]{8}$/);
  expect(await engine.up()).toEqual([]);
  expect(await ids()).toContain(name);
});

test("two of one name are refused, and all goes with the stack", async () => {
  engine.program = async () => {
    await program({ text: "2", named: false })();
    new k8s.core.v1.ConfigMap("twin", { metadata: { name: "a", namespace: "prod" } });
    new k8s.core.v1.ConfigMap("other", { metadata: { name: "a", namespace: "prod" } }, { dependsOn: [] });
  };
  await expect(engine.up()).rejects.toThrow(/AlreadyExists|there already/);
  await engine.destroy();
  expect(await ids()).toEqual([]);
});
