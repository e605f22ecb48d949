// The database of a cluster: how many instances, where they stand, what is kept of it and for how long.
import { expect, it } from "vitest";
import type { Description } from "../../../../environments/shape.ts";
import { hardLimits } from "../../../../infra/platforms/kubernetes/quota.ts";
import { declare, inCluster } from "./mocks.ts";

type Wanted = NonNullable<Description["database"]>;

async function cluster(change: Partial<Wanted>, more: Partial<Description> = {}) {
  const description = inCluster();
  if (description.database === undefined) throw new Error("prod has no database");
  Object.assign(description.database, change);
  return (await declare({ ...description, ...more })).one("Cluster", "database").spec;
}

it("keeps a standby in another zone that has all that was promised, and a copy for queries", async () => {
  const spec = await cluster({});
  expect(spec).toMatchObject({
    instances: 3,
    imageCatalogRef: { kind: "ClusterImageCatalog", major: 17 },
    enableSuperuserAccess: false,
    enablePDB: true,
    storage: { size: "200Gi", storageClass: "fast" },
    affinity: { podAntiAffinityType: "required", topologyKey: "kubernetes.io/hostname" },
    topologySpreadConstraints: [
      { topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule" },
    ],
    postgresql: {
      parameters: { statement_timeout: "30000ms", idle_in_transaction_session_timeout: "60000ms" },
      pg_hba: ["hostnossl all all all reject"],
      synchronous: { method: "any", number: 1, dataDurability: "preferred" },
    },
  });
});

it("is one instance that a drained machine may move, where nothing more is asked for", async () => {
  const spec = await cluster({ multiZone: false, replica: false, version: "16.4" }, { protection: false });
  expect(spec).toMatchObject({ instances: 1, enablePDB: false, primaryUpdateMethod: "restart" });
  expect(spec.imageCatalogRef.major).toBe(16);
  for (const key of ["affinity", "topologySpreadConstraints"]) expect(spec).not.toHaveProperty(key);
  expect(spec.postgresql).not.toHaveProperty("synchronous");
});

it("keeps backups for the longer of both promises, below the name of the environment, once a day", async () => {
  const description = inCluster();
  if (description.database) description.database.retention = 35;
  const { one } = await declare(description);
  const [plugin] = one("Cluster", "database").spec.plugins;
  expect(plugin).toMatchObject({ isWALArchiver: true, parameters: { serverName: "prod" } });
  const { spec: store } = one("ObjectStore", plugin.parameters.barmanObjectName);
  expect(store).toMatchObject({
    retentionPolicy: "90d",
    configuration: {
      destinationPath: "s3://game-backups/prod",
      endpointURL: "http://minio.storage:9000",
      s3Credentials: { accessKeyId: { name: "backups", key: "ACCESS_KEY_ID" } },
    },
    instanceSidecarConfiguration: { resources: { limits: { memory: "512Mi" } } },
  });
  // The plugin wants the name of the server from the Cluster only.
  expect(store.configuration).not.toHaveProperty("serverName");
  expect(one("ScheduledBackup", "database").spec).toMatchObject({
    schedule: "0 0 5 * * *",
    immediate: true,
    method: "plugin",
    pluginConfiguration: { name: plugin.name },
  });
});

it("fits into the quota together with pods that drain and a rollback in the middle of it", () => {
  const { services, database } = inCluster();
  expect(hardLimits(Object.values(services), database)).toMatchObject({
    pods: String(3 * (18 + 50) + 3 + 2),
    persistentvolumeclaims: "4",
    "requests.storage": "800Gi",
    "services.loadbalancers": "0",
  });
});
