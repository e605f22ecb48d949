// Rule: every container says what it needs and where its memory ends: one that leaks must not end its neighbours.
import { overPods } from "./pods.ts";
import { demand, isObject, notYetKnown, unjudgeable } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";

const given = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

function limits(container: Inputs): Finding[] {
  const resources = container["resources"];
  if (unjudgeable(resources)) return [notYetKnown("resources")];
  const of = (key: string): Inputs => {
    const found = isObject(resources) ? resources[key] : undefined;
    return isObject(found) ? found : {};
  };
  const asked = (part: string, property: string, what: string): Finding[] =>
    demand(of(part), property, given, { what, mend: `set resources.${part}.${property}` }).map((finding) => ({
      ...finding,
      property: `resources.${part}.${property}`,
    }));
  return [
    ...asked("limits", "memory", "nothing ends it where it takes all memory of its machine"),
    ...asked("requests", "cpu", "no share of cores is kept for it"),
    ...(given(of("requests")["memory"]) || given(of("limits")["memory"])
      ? []
      : asked("requests", "memory", "no memory is kept for it")),
  ];
}

export const podUnlimited: Rule = {
  code: "pod-unlimited",
  what: "every container has its share and its limit",
  check: overPods({ container: limits }),
};
