// etcd, API server, controllers and scheduler of the rig: how each is started, small and on loopback only.
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Network } from "./network.ts";
import type { Processes, Program } from "./processes.ts";

export interface Place {
  folder: string;
  processes: Processes;
  network: Network;
  ports: { etcd: number; peer: number; api: number; health: number; metrics: number };
  /** The folder of each piece. */
  programs: Record<"etcd" | "kubernetes" | "kwok" | "rollouts" | "crds", string>;
  kubeconfig: string;
}

// What the tests look at, and no more: nodes are simulated, volumes and certificates are nobody's.
const controllers = [
  "deployment-controller",
  "replicaset-controller",
  "statefulset-controller",
  "job-controller",
  "cronjob-controller",
  "disruption-controller",
  // The API server still forwards by endpoints.
  "endpoints-controller",
  "endpointslice-controller",
  "garbage-collector-controller",
  "horizontal-pod-autoscaler-controller",
  "namespace-controller",
  "pod-garbage-collector-controller",
  "resourcequota-controller",
  "root-ca-certificate-publisher-controller",
  "serviceaccount-controller",
];

export function startEtcd({ processes, programs, ports, folder }: Place): Program {
  const [client, peer] = [`http://127.0.0.1:${ports.etcd}`, `http://127.0.0.1:${ports.peer}`];
  return processes.start("etcd", join(programs.etcd, "etcd"), [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    "--unsafe-no-fsync",
    "--log-level=warn",
  ]);
}

/** Writes what the API server reads: who may sign in, the key of service accounts, the way into the cluster's network. */
export function writeSettings({ folder, network }: Place, token: string): void {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const secret = { mode: 0o600 };
  writeFileSync(
    join(folder, "accounts.pem"),
    privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    secret,
  );
  writeFileSync(join(folder, "tokens.csv"), `${token},admin,admin,"system:masters"\n`, secret);
  const connection = { proxyProtocol: "HTTPConnect", transport: { uds: { udsName: network.socket } } };
  const egress = {
    apiVersion: "apiserver.k8s.io/v1beta1",
    kind: "EgressSelectorConfiguration",
    egressSelections: [{ name: "cluster", connection }],
  };
  writeFileSync(join(folder, "egress.yaml"), stringify(egress));
}

export function startApiServer({ processes, programs, ports, folder }: Place): Program {
  return processes.start("kube-apiserver", join(programs.kubernetes, "kube-apiserver"), [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${ports.api}`,
    // Nobody uses it: but without one it looks for a network card.
    "--advertise-address=192.0.2.1",
    "--endpoint-reconciler-type=none",
    "--service-cluster-ip-range=10.96.0.0/16",
    `--cert-dir=${join(folder, "certificates")}`,
    `--token-auth-file=${join(folder, "tokens.csv")}`,
    "--authorization-mode=RBAC",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${join(folder, "accounts.pem")}`,
    `--service-account-signing-key-file=${join(folder, "accounts.pem")}`,
    `--egress-selector-config-file=${join(folder, "egress.yaml")}`,
    // The first is for a controller of nodes that is not here, the other for bounds that only a loaded server needs.
    "--disable-admission-plugins=TaintNodesByCondition,Priority",
    "--enable-priority-and-fairness=false",
    "--profiling=false",
  ]);
}

/** Controllers and scheduler; they look for the API server as long as they live. */
export function startControllers({ processes, programs, folder, kubeconfig }: Place): Program[] {
  const scheduler = {
    apiVersion: "kubescheduler.config.k8s.io/v1",
    kind: "KubeSchedulerConfiguration",
    clientConnection: { kubeconfig, qps: 500, burst: 1000 },
    leaderElection: { leaderElect: false },
  };
  writeFileSync(join(folder, "scheduler.yaml"), stringify(scheduler));
  const manager = [
    `--kubeconfig=${kubeconfig}`,
    `--controllers=${controllers.join(",")}`,
    `--service-account-private-key-file=${join(folder, "accounts.pem")}`,
    `--root-ca-file=${join(folder, "certificates", "apiserver.crt")}`,
    "--secure-port=0",
    "--leader-elect=false",
    "--profiling=false",
    "--kube-api-qps=500",
    "--kube-api-burst=1000",
  ];
  return [
    processes.start("kube-controller-manager", join(programs.kubernetes, "kube-controller-manager"), manager),
    processes.start("kube-scheduler", join(programs.kubernetes, "kube-scheduler"), [
      `--config=${join(folder, "scheduler.yaml")}`,
      "--secure-port=0",
    ]),
  ];
}

/** KWOK plays the kubelet of every node. */
export function startKwok({ processes, programs, folder, kubeconfig }: Place): Program {
  return processes.start("kwok", join(programs.kwok, "kwok"), [
    `--kubeconfig=${kubeconfig}`,
    `--config=${join(folder, "stages.yaml")}`,
    "--manage-all-nodes",
    "--node-lease-duration-seconds=0",
  ]);
}

/** The controller of Argo Rollouts, which reaches what is in the cluster through its network. */
export function startRollouts({ processes, programs, ports, kubeconfig, network }: Place): Program {
  const args = [
    `--kubeconfig=${kubeconfig}`,
    "--namespace=argo-rollouts",
    "--leader-elect=false",
    `--healthzPort=${ports.health}`,
    `--metricsPort=${ports.metrics}`,
    "--qps=200",
    "--burst=400",
    ...["rollout", "analysis", "experiment", "service", "ingress", "ephemeral-metadata"].map(
      (kind) => `--${kind}-threads=${kind === "rollout" || kind === "analysis" ? 5 : 1}`,
    ),
  ];
  return processes.start("rollouts-controller", join(programs.rollouts, "rollouts-controller"), args, {
    HTTP_PROXY: network.url,
  });
}
