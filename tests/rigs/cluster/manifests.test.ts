// Every manifest of a full description before a real API server, which knows each kind and refuses a field that it does not.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Description } from "../../../environments/shape.ts";
import { declare, inCluster, serviceOf } from "../../infra/platforms/kubernetes/mocks.ts";
import type { Manifest } from "../../infra/platforms/kubernetes/mocks.ts";
import { startCluster } from "./cluster.ts";

// The cluster may be somebody's own: nothing there is called like this.
const mine = (name: string): string => `surefoot-rig-${process.pid}-${name}`;

let cluster: Awaited<ReturnType<typeof startCluster>>;
beforeAll(async () => {
  cluster = await startCluster({ nodes: 1 });
});
afterAll(async () => {
  const names = ["full", "plain"].map(mine);
  await cluster.kubectl("delete", "namespace", ...names, "--ignore-not-found", "--wait=false");
  await cluster.stop();
});

const STRICT = ["apply", "--server-side", "--validate=strict", "-o", "json", "-f", "-"];
const DRY = [...STRICT, "--dry-run=server", "--warnings-as-errors"];

/** What of `wanted` is not so in `found`; an API server may add, but what was asked for must stand there as it was written. */
function unlike(wanted: unknown, found: unknown, path: string): string[] {
  if (Array.isArray(wanted))
    return wanted.flatMap((each, index) => unlike(each, (found as unknown[])?.[index], `${path}[${index}]`));
  if (typeof wanted === "object" && wanted !== null)
    return Object.entries(wanted).flatMap(([key, value]) =>
      unlike(value, (found as Record<string, unknown> | undefined)?.[key], `${path}.${key}`),
    );
  return wanted === found ? [] : [`${path}: ${String(wanted)} became ${String(found)}`];
}

/** The manifests of a description, with a pod of each template; namespace and accounts are really made. */
async function manifestsOf(description: Description): Promise<Manifest[]> {
  const { manifests } = await declare(description);
  const first = (kind: string) => manifests.filter((each) => each.kind === kind);
  for (const made of [...first("Namespace"), ...first("ServiceAccount")])
    await cluster.kubectl.with(JSON.stringify(made), ...STRICT);
  const pods = first("PodTemplate").map(({ metadata, template }) => ({
    apiVersion: "v1",
    kind: "Pod",
    ...template,
    metadata: { ...template.metadata, name: `${metadata.name}-pod`, namespace: metadata.namespace },
  }));
  return [...manifests, ...(pods as unknown as Manifest[])];
}

function plainer(): Description {
  const { edge: _edge, ...description } = inCluster({ namespace: mine("plain") });
  const {
    ingress: _ingress,
    backups: _backups,
    storageClass: _class,
    ...kubernetes
  } = description.kubernetes;
  if (description.database) Object.assign(description.database, { multiZone: false, replica: false });
  serviceOf(description, "app").scaling = { max: 18, cpu: 0.6, floors: [] };
  return { ...description, name: "plain", kubernetes: { ...kubernetes, monitorLabels: {} } };
}

it.each([
  ["with everything", inCluster({ namespace: mine("full") })],
  ["with less, and Kubernetes' own scaler", plainer()],
])("a description %s is taken as it is written, without a warning", async (_what, description) => {
  const manifests = await manifestsOf(description);
  expect(manifests.length).toBeGreaterThan(25);
  for (const manifest of manifests) {
    const name = `${manifest.kind}/${manifest.metadata.name}`;
    const taken = await cluster.kubectl.with(JSON.stringify(manifest), ...DRY);
    expect(unlike(manifest, JSON.parse(taken), name)).toEqual([]);
  }
});

it("a field that a kind does not have is refused, so that the test above means something", async () => {
  const manifests = await manifestsOf(inCluster({ namespace: mine("full") }));
  for (const kind of ["Rollout", "Cluster", "ScaledObject", "ServiceMonitor", "NetworkPolicy"]) {
    const manifest = manifests.find((each) => each.kind === kind);
    if (manifest === undefined) throw new Error(`no ${kind}`);
    const wrong = { ...manifest, spec: { ...manifest.spec, surprise: 1 } };
    await expect(cluster.kubectl.with(JSON.stringify(wrong), ...DRY), kind).rejects.toThrow("surprise");
  }
});
