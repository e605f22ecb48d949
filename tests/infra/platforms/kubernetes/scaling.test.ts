// Scalers and budgets: by load, by the clock over midnight, and never so strict that a machine cannot be emptied.
import { expect, it } from "vitest";
import { cronTrigger } from "../../../../infra/platforms/kubernetes/floors.ts";
import { podsAllowedOut } from "../../../../infra/platforms/kubernetes/disruptions.ts";
import { declare, inCluster, serviceOf } from "./mocks.ts";

const floor = { name: "rush", nodes: 9, timezone: "Europe/Berlin" };

it("opens floors on their days, and closes them on the next day where they go over midnight", () => {
  const all = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
  const cron = (days: readonly (typeof all)[number][], from: string, to: string) => {
    const { metadata } = cronTrigger({ ...floor, days: [...days], from, to }) as {
      metadata: Record<string, string>;
    };
    return [metadata["start"], metadata["end"]];
  };
  expect(cron(all, "17:00", "23:30")).toEqual(["0 17 * * *", "30 23 * * *"]);
  expect(cron(["fri", "sat"], "18:05", "02:00")).toEqual(["5 18 * * 5,6", "0 2 * * 0,6"]);
  expect(cron(["sun", "sun"], "08:00", "09:00")).toEqual(["0 8 * * 0", "0 9 * * 0"]);
  expect(cron(all, "20:00", "00:00")).toEqual(["0 20 * * *", "0 0 * * *"]);
  expect(cronTrigger({ ...floor, days: ["mon"], from: "01:00", to: "02:00" })).toMatchObject({
    type: "cron",
    metadata: { timezone: "Europe/Berlin", desiredReplicas: "9" },
  });
});

it("scales by KEDA where there are floors, else by Kubernetes itself; a fixed fleet by nobody", async () => {
  const wanted = inCluster();
  const keda = await declare(wanted);
  expect([keda.names("ScaledObject"), keda.names("HorizontalPodAutoscaler")]).toEqual([["app"], []]);
  expect(keda.one("ScaledObject", "app").spec).toMatchObject({
    scaleTargetRef: { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: "app" },
    minReplicaCount: 6,
    maxReplicaCount: 18,
    triggers: [{ type: "cpu", metadata: { value: "60", containerName: "app" } }, { type: "cron" }],
  });
  serviceOf(wanted, "app").scaling = { max: 18, min: 4, cpu: 0.55, floors: [] };
  serviceOf(wanted, "server").scaling = { max: 80, cpu: 0.6, floors: [] };
  const own = await declare(wanted);
  expect([own.names("ScaledObject"), own.names("HorizontalPodAutoscaler")]).toEqual([[], ["app", "server"]]);
  const { spec, metadata } = own.one("HorizontalPodAutoscaler", "app");
  expect(spec).toMatchObject({
    minReplicas: 4,
    maxReplicas: 18,
    metrics: [{ containerResource: { container: "app", target: { averageUtilization: 55 } } }],
  });
  // KEDA would refuse the workload as long as this one is there.
  expect(metadata.annotations).toEqual({ "validations.keda.sh/hpa-ownership": "false" });
  const down = (name: string) => own.one("HorizontalPodAutoscaler", name).spec.behavior.scaleDown;
  expect(down("server").stabilizationWindowSeconds).toBeGreaterThan(down("app").stabilizationWindowSeconds);
});

it("allows out what minHealthy allows at the smallest size, and always one", () => {
  const server = serviceOf(inCluster(), "server");
  expect(podsAllowedOut(server)).toBe(15);
  expect(podsAllowedOut({ ...server, nodes: 6, rollout: { ...server.rollout, minHealthy: 5 / 6 } })).toBe(1);
  const scaling = { min: 3, max: 9, cpu: 0.6, floors: [] };
  expect(
    podsAllowedOut({ ...server, nodes: 6, scaling, rollout: { ...server.rollout, minHealthy: 0.9 } }),
  ).toBe(1);
});
