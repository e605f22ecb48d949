// Where a resource says what its pods are: one way to look at each pod and each container, whatever makes them.
import { kubernetesTypes as types } from "./kubernetes-kinds.ts";
import { isObject, notYetKnown, objects, standing, unjudgeable } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";

/** Path of the pods' spec in the inputs of each type that makes pods. */
const places: Record<string, string> = {
  [types.cronJob]: "spec.jobTemplate.spec.template.spec",
  [types.daemonSet]: "spec.template.spec",
  [types.deployment]: "spec.template.spec",
  [types.job]: "spec.template.spec",
  [types.pod]: "spec",
  [types.podTemplate]: "template.spec",
  [types.rollout]: "spec.template.spec",
  [types.statefulSet]: "spec.template.spec",
};

export interface Judges {
  pod?: (spec: Inputs) => Finding[];
  container?: (container: Inputs, pod: Inputs) => Finding[];
}

/** A rule's check over every pod and container of a plan. What has no pods in it, such as a Rollout before its first release, passes. */
export function overPods({ pod = () => [], container = () => [] }: Judges): Rule["check"] {
  const check = (path: string) => (inputs: Inputs) => judge(path, inputs, pod, container);
  return standing(Object.fromEntries(Object.entries(places).map(([type, path]) => [type, check(path)])));
}

function judge(
  path: string,
  inputs: Inputs,
  pod: NonNullable<Judges["pod"]>,
  container: NonNullable<Judges["container"]>,
): Finding[] {
  const spec = path
    .split(".")
    .reduce<unknown>((value, key) => (isObject(value) ? value[key] : value), inputs);
  if (unjudgeable(spec)) return [notYetKnown(path)];
  if (!isObject(spec)) return [];
  const below = (prefix: string) => (finding: Finding) => ({
    ...finding,
    property: `${prefix}.${finding.property}`,
  });
  return [
    ...pod(spec).map(below(path)),
    ...["initContainers", "containers"].flatMap((key) =>
      unjudgeable(spec[key])
        ? [notYetKnown(`${path}.${key}`)]
        : objects(spec[key] ?? []).flatMap((one, index) =>
            container(one, spec).map(below(`${path}.${key}[${index}]`)),
          ),
    ),
  ];
}
