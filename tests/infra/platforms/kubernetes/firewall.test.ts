// Who may talk to whom: nothing without being named, the database from its own only, users by the ingress only.
import { expect, it } from "vitest";
import { prometheusNamespace } from "../../../../infra/platforms/kubernetes/prometheus.ts";
import { declare, inCluster } from "./mocks.ts";

const space = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const own = {
  podSelector: {
    matchLabels: { "app.kubernetes.io/part-of": "prod" },
    matchExpressions: [{ key: "app.kubernetes.io/name", operator: "Exists" }],
  },
};
const database = { podSelector: { matchLabels: { "cnpg.io/cluster": "database" } } };
const tcp = (...ports: number[]) => ports.map((port) => ({ protocol: "TCP", port }));

it("refuses everything at first, and lets everybody ask for names", async () => {
  const prod = await declare(inCluster());
  expect(prod.one("NetworkPolicy", "environment-deny").spec).toEqual({
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
  });
  expect(prod.one("NetworkPolicy", "environment-names").spec.egress[0].ports).toEqual([
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ]);
});

it("lets users in by the ingress, players from anywhere, nobody out but to each other and the database", async () => {
  const prod = await declare(inCluster());
  const app = prod.one("NetworkPolicy", "service-app").spec;
  expect(app.ingress).toEqual([
    { from: [own, space("monitoring"), space("ingress-nginx")], ports: tcp(8080) },
  ]);
  expect(app.egress).toEqual([
    { to: [own], ports: tcp(8080) },
    { to: [database], ports: tcp(5432) },
  ]);
  expect(prod.one("NetworkPolicy", "service-server").spec.ingress).toEqual([{ ports: tcp(8080) }]);
});

it("lets the database talk to itself, its operator, the API server and the store of its backups", async () => {
  const { spec } = (await declare(inCluster())).one("NetworkPolicy", "database");
  expect(spec.ingress).toEqual([
    { from: [own], ports: tcp(5432) },
    { from: [database, space("cnpg-system")], ports: tcp(5432, 8000) },
    { from: [space("monitoring")], ports: tcp(9187) },
  ]);
  expect(spec.egress).toEqual([{ to: [database], ports: tcp(5432, 8000) }, { ports: tcp(443, 6443, 9000) }]);
});

it("knows where Prometheus is from its address, and lets any pod scrape where it cannot tell", () => {
  expect(prometheusNamespace("http://prometheus-operated.monitoring:9090")).toBe("monitoring");
  expect(prometheusNamespace("http://p.watch.svc.cluster.local:9090")).toBe("watch");
  expect(prometheusNamespace("https://prometheus.example.com")).toBeUndefined();
  expect(prometheusNamespace("http://127.0.0.1:9090")).toBeUndefined();
  expect(prometheusNamespace("http://localhost:9090")).toBeUndefined();
});
