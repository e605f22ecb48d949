// What a cluster needs once, at pinned versions, and what an environment in it needs beside its descriptions: as commands. Pure.
import { catalogCommand, installCommand } from "../../infra/platforms/kubernetes/charts.ts";
import { installCrane } from "../drivers/crane.ts";
import type { Answer } from "./answers.ts";
import { BACKUP_SECRET, namespaceIn, TLS_SECRET } from "./cluster.ts";
import type { NextCommand } from "./commands.ts";
import type { Shared } from "./given.ts";
import { quoted } from "./quoted.ts";

/** Once a machine and once a cluster, for environments that are all in the same one; none for any other platform. */
export function clusterCommands(same: readonly Answer[], shared: Shared): NextCommand[] {
  const clusters = same.flatMap(({ cluster }) => cluster ?? []);
  const [first] = clusters;
  if (first === undefined) return [];
  const helm = [`--kube-context ${quoted(first.context)}`];
  const once = `cluster ${first.context}, once, unless it is there:`;
  const data = clusters.some(({ backups }) => backups !== undefined);
  const parts: [boolean, string, string][] = [
    [true, "the Prometheus operator", installCommand("metrics", helm)],
    [true, "Argo Rollouts", installCommand("rollouts", helm)],
    [shared.scales === true, "metrics-server", installCommand("load", helm)],
    [shared.floors === true, "KEDA", installCommand("keda", helm)],
    [data, "CloudNativePG", installCommand("postgres", helm)],
    [data, "cert-manager, which the plugin for backups needs", installCommand("certificates", helm)],
    [data, "CloudNativePG's plugin for backups", installCommand("backups", helm)],
    [data, "CloudNativePG's list of images", catalogCommand([`--context ${quoted(first.context)}`])],
  ];
  const hosts = [...new Set(clusters.map(({ registry }) => registry.split("/")[0] ?? ""))];
  return [
    ...parts.filter(([needed]) => needed).map(([, what, run]) => ({ why: `${once} ${what}`, run })),
    { why: "this machine, once: crane, which makes images of releases", run: installCrane },
    ...hosts.map((host) => ({
      why: "let it push there: type the password, then Ctrl-D (not needed after a docker login)",
      run: `crane auth login ${quoted(host)} --username "$USER" --password-stdin`,
    })),
    {
      why: "make it the current context: in any other, nothing is changed",
      run: `kubectl config use-context ${quoted(first.context)}`,
    },
  ];
}

/** After `up`, which makes the namespace: what is no description's to hold. */
export function secretCommands({ name, cluster, protection, domain }: Answer): NextCommand[] {
  if (cluster === undefined) return [];
  const create = `kubectl --context ${quoted(cluster.context)} --namespace ${quoted(namespaceIn({ name, cluster }))} create secret`;
  return [
    ...(cluster.backups === undefined
      ? []
      : [
          {
            why: `the keys of ${cluster.backups}, from variables of your shell`,
            run: `${create} generic ${BACKUP_SECRET} --from-literal=ACCESS_KEY_ID="$ACCESS_KEY_ID" --from-literal=ACCESS_SECRET_KEY="$ACCESS_SECRET_KEY"`,
          },
        ]),
    ...(domain !== "" && protection
      ? [
          {
            why: `the certificate of ${domain}, from files`,
            run: `${create} tls ${TLS_SECRET} --cert=tls.crt --key=tls.key`,
          },
        ]
      : []),
  ];
}
