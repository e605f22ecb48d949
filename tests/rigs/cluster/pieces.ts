// What the rig is made of: Go modules, the programs that are built from them, the manifests that are taken out of them.
export interface Piece {
  /** Stem of its `.mod` and `.sum`, which pin every module that goes in. */
  name: string;
  /** Where those two lie; beside this file where left out. */
  folder?: string;
  /** The module that gives the piece its version. */
  module: string;
  /** Program → package. */
  programs: Record<string, string>;
  /** Go's name of the variable that holds the version, where the programs tell it. */
  versionVariable?: string;
  /** YAML files to keep, as module, folder in it, and which of the folder's files. */
  manifests?: { module: string; folder: string; files: RegExp }[];
}

const kube = (program: string): [string, string] => [program, `k8s.io/kubernetes/cmd/${program}`];
const kwok = "sigs.k8s.io/kwok";
const rollouts = "github.com/argoproj/argo-rollouts";
const crane = "github.com/google/go-containerregistry";
const keda = "github.com/kedacore/keda/v2";
const cloudNative = "github.com/cloudnative-pg/cloudnative-pg";
const barman = "github.com/cloudnative-pg/plugin-barman-cloud";
const monitoring = "github.com/prometheus-operator/prometheus-operator";

export const pieces = {
  etcd: {
    name: "etcd",
    module: "go.etcd.io/etcd/server/v3",
    programs: { etcd: "go.etcd.io/etcd/server/v3" },
  },
  kubernetes: {
    name: "kubernetes",
    module: "k8s.io/kubernetes",
    programs: Object.fromEntries(
      ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"].map(kube),
    ),
    versionVariable: "k8s.io/component-base/version.gitVersion",
  },
  kwok: {
    name: "kwok",
    module: kwok,
    programs: { kwok: `${kwok}/cmd/kwok` },
    manifests: [{ module: kwok, folder: "kustomize/stage/node/fast", files: /^node-initialize\.yaml$/ }],
  },
  rollouts: {
    name: "rollouts",
    module: rollouts,
    programs: { "rollouts-controller": `${rollouts}/cmd/rollouts-controller` },
    manifests: [{ module: rollouts, folder: "manifests/crds", files: /-crd\.yaml$/ }],
  },
  crane: { name: "crane", module: crane, programs: { crane: `${crane}/cmd/crane` } },
  // Those that a description can ask for: each kind costs the API server memory, and the rig time to start.
  crds: {
    name: "crds",
    module: keda,
    programs: {},
    manifests: [
      { module: keda, folder: "config/crd/bases", files: /_(scaledobjects|triggerauthentications)\.yaml$/ },
      {
        module: cloudNative,
        folder: "config/crd/bases",
        files: /_(clusters|clusterimagecatalogs|backups|scheduledbackups)\.yaml$/,
      },
      { module: barman, folder: "config/crd/bases", files: /_objectstores\.yaml$/ },
      {
        module: monitoring,
        folder: "example/prometheus-operator-crd",
        files: /_(servicemonitors|podmonitors|prometheusrules|alertmanagerconfigs)\.yaml$/,
      },
    ],
  },
} satisfies Record<string, Piece>;

export type PieceName = keyof typeof pieces;
