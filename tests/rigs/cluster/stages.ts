// What becomes of a simulated pod, told to KWOK. The end of the release's name chooses: `r3-crash-loop` crash-loops.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

/**
 * Ends of release names that change how its pods fare; any other pod is ready within a second.
 * `slow-drain` is about a pod that is to go: it stays for `slowDrain` seconds.
 */
export const fates = ["never-ready", "crash-loop", "slow-start", "slow-drain"] as const;
export type Fate = (typeof fates)[number];
export const slowStart = 8;
export const slowDrain = 10;

const restartEvery = 2;
const ends = (fate: Fate) =>
  `.metadata.labels["surefoot.dev/release"] // "" | test("(^|-)${fate}$") | tostring`;
const is = (fate: Fate) => ({ key: ends(fate), operator: "In", values: ["true"] });
const isNot = (fate: Fate) => ({ key: ends(fate), operator: "NotIn", values: ["true"] });
const isGoing = { key: ".metadata.deletionTimestamp", operator: "Exists" };
const stays = { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" };
const phase = (name: string) => ({ key: ".status.phase", operator: "In", values: [name] });

const placed = `
startTime: {{ or .status.startTime Now | Quote }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
{{ end }}
{{ if not .status.podIP }}
{{ $ips := PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
{{ with $ips }}
podIP: {{ index . 0 | Quote }}
podIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
{{ end }}
phase: Running
`;

/** The status of a running pod. `restarts` and `state` are templates. */
const running = (ready: boolean, restarts: string, state: string): string => `
{{ $now := Now }}
{{ $restarts := ${restarts} }}
conditions:
- { type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }} }
- { type: Ready, status: "${ready ? "True" : "False"}", lastTransitionTime: {{ $now | Quote }} }
- { type: ContainersReady, status: "${ready ? "True" : "False"}", lastTransitionTime: {{ $now | Quote }} }
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: ${ready}
  started: ${ready}
  restartCount: {{ $restarts }}
  state: ${state}
{{ end }}
{{ with .spec.initContainers }}
initContainerStatuses:
{{ range . }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: true
  restartCount: 0
  state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }
{{ end }}
{{ end }}
${placed}`;

const runs = `{ running: { startedAt: {{ $now | Quote }} } }`;
const crashes = `{ waiting: { reason: CrashLoopBackOff, message: back-off restarting failed container } }
  lastState: { terminated: { exitCode: 1, reason: Error, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }`;
const next = `add 1 ( ( index ( or .status.containerStatuses ( list dict ) ) 0 ).restartCount | default 0 | int )`;

const stage = (name: string, seconds: number, matchExpressions: object[], then: object): object => ({
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Stage",
  metadata: { name },
  spec: {
    resourceRef: { apiGroup: "v1", kind: "Pod" },
    selector: { matchExpressions },
    delay: { durationMilliseconds: seconds * 1000 },
    next: then,
  },
});
const ready = { statusTemplate: running(true, "0", runs) };

const pods = [
  stage(
    "ready",
    0.3,
    [stays, phase("Pending"), isNot("never-ready"), isNot("crash-loop"), isNot("slow-start")],
    ready,
  ),
  stage("ready-late", slowStart, [stays, phase("Pending"), is("slow-start")], ready),
  stage("never-ready", 0.3, [stays, phase("Pending"), is("never-ready")], {
    statusTemplate: running(false, "0", runs),
  }),
  stage("crash-loop", restartEvery, [stays, is("crash-loop")], {
    statusTemplate: running(false, next, crashes),
  }),
  stage("gone", 1, [isGoing, isNot("slow-drain")], { delete: true }),
  stage("gone-late", slowDrain, [isGoing, is("slow-drain")], { delete: true }),
];

/** The text for `kwok --config`: KWOK's own stage for nodes, and ours for pods. */
export function stagesText(kwokFolder: string): string {
  const nodes = readFileSync(join(kwokFolder, "manifests", "node-initialize.yaml"), "utf8");
  return [nodes, ...pods.map((one) => stringify(one))].join("\n---\n");
}
