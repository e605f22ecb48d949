// The shape of pods: strictest rights, one a machine, probes that restart nobody without need, hostile values as they are.
import { expect, it } from "vitest";
import { declare, inCluster, serviceOf } from "./mocks.ts";

it("gives a pod no rights, no token, nothing to write to but a scratch folder", async () => {
  const { spec } = (await declare(inCluster())).one("PodTemplate", "server").template;
  expect(spec).toMatchObject({
    serviceAccountName: "server",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 320,
    imagePullSecrets: [{ name: "registry" }],
    securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: "RuntimeDefault" } },
    volumes: [{ name: "scratch", emptyDir: {} }],
  });
  expect(spec.containers).toHaveLength(1);
  expect(spec.containers[0]).toMatchObject({
    name: "server",
    ports: [{ name: "http", containerPort: 8080 }],
    resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "512Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  });
  for (const key of ["command", "args", "workingDir", "envFrom"])
    expect(spec.containers[0]).not.toHaveProperty(key);
});

it("keeps the contract of a service: where to listen, what to write, who it is", async () => {
  const { env } = (await declare(inCluster())).one("PodTemplate", "app").template.spec.containers[0];
  const values = Object.fromEntries(
    env.map(({ name, value, valueFrom }: Record<string, any>) => [
      name,
      value ?? valueFrom.fieldRef.fieldPath,
    ]),
  );
  expect(values).toEqual({
    PORT: "8080",
    HOST: "0.0.0.0",
    HOME: "/tmp",
    SERVICE: "app",
    DRAIN_FILE: "/tmp/drain",
    ACCESS_LOG: "/dev/stdout",
    NODE_NAME: "metadata.name",
    NODE_ZONE: "metadata.labels['topology.kubernetes.io/zone']",
    RELEASE: "metadata.labels['surefoot.dev/release']",
  });
});

it("spreads pods one a machine, counting only machines that take pods, and over zones as far as it goes", async () => {
  const { spec } = (await declare(inCluster())).one("PodTemplate", "server").template;
  const labelSelector = {
    matchLabels: { "app.kubernetes.io/name": "server", "app.kubernetes.io/part-of": "prod" },
  };
  expect(spec.topologySpreadConstraints).toEqual([
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "DoNotSchedule",
      nodeTaintsPolicy: "Honor",
      labelSelector,
    },
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "ScheduleAnyway",
      nodeTaintsPolicy: "Honor",
      labelSelector,
    },
  ]);
});

it("asks for readiness by the health path, for life by another, and gives a start its time", async () => {
  const wanted = inCluster();
  Object.assign(serviceOf(wanted, "server"), {
    health: "/ready",
    metricsPath: "/stats",
    startWithin: 90.5,
    stopWithin: 0,
  });
  const [one] = (await declare(wanted)).one("PodTemplate", "server").template.spec.containers;
  expect(one.readinessProbe.httpGet).toEqual({ path: "/ready", port: "http" });
  expect(one.startupProbe).toMatchObject({
    periodSeconds: 1,
    failureThreshold: 91,
    terminationGracePeriodSeconds: 1,
  });
  expect(one.livenessProbe.httpGet.path).toBe("/stats");
  expect(one.livenessProbe.periodSeconds * one.livenessProbe.failureThreshold).toBeGreaterThanOrEqual(120);
});

it("hands a hostile path or gauge to the drain as one word", async () => {
  const wanted = inCluster();
  const server = serviceOf(wanted, "server");
  server.metricsPath = "/a$(reboot)`b`'\"";
  server.metrics.sessions = "a:b";
  const [one] = (await declare(wanted)).one("PodTemplate", "server").template.spec.containers;
  const { command } = one.lifecycle.preStop.exec;
  expect(command[2]).not.toContain("reboot");
  expect(command.slice(3)).toEqual(["drain", "300", "a:b", server.metricsPath, "5", "/proc/1/fd/1"]);
});
