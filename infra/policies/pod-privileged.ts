// Rule: no pod has more of its machine than its own process: not root, not privileged, none of the machine's files or networks.
import { overPods } from "./pods.ts";
import { demand, isObject, isTrue, notYetKnown, objects, texts, unjudgeable } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";

const mend = "run it as a user of its own, without rights on the machine";

function ofMachine(spec: Inputs): Finding[] {
  const shared = ["hostNetwork", "hostPID", "hostIPC"].flatMap((property) =>
    demand(spec, property, (value) => !isTrue(value), {
      what: `the pods share the machine's own (${property})`,
      mend: `leave ${property} out`,
    }),
  );
  if (unjudgeable(spec["volumes"])) return [...shared, notYetKnown("volumes")];
  const paths = objects(spec["volumes"] ?? []).flatMap((volume, index) =>
    volume["hostPath"] === undefined || volume["hostPath"] === null
      ? []
      : [
          {
            property: `volumes[${index}].hostPath`,
            what: "the pods reach files of the machine",
            mend: "use an emptyDir or a claim",
          },
        ],
  );
  return [...shared, ...paths];
}

function rights(container: Inputs, pod: Inputs): Finding[] {
  const [own, shared] = [container["securityContext"], pod["securityContext"]];
  if (unjudgeable(own) || unjudgeable(shared)) return [notYetKnown("securityContext")];
  const context = isObject(own) ? own : {};
  const merged = { ...(isObject(shared) ? shared : {}), ...context };
  const found = [
    ...demand(context, "privileged", (value) => !isTrue(value), {
      what: "the container is privileged: it has all of the machine",
      mend,
    }),
    ...demand(context, "allowPrivilegeEscalation", (value) => value === false || value === "false", {
      what: "a process of it may gain rights",
      mend: "set allowPrivilegeEscalation: false",
    }),
    ...demand(merged, "runAsNonRoot", isTrue, {
      what: "it may run as root",
      mend: "set runAsNonRoot: true and a runAsUser",
    }),
    ...demand(merged, "runAsUser", (value) => Number(value ?? 1) !== 0, { what: "it runs as root", mend }),
    ...added(context),
  ];
  return found.map((finding) => ({ ...finding, property: `securityContext.${finding.property}` }));
}

function added({ capabilities }: Inputs): Finding[] {
  const names = isObject(capabilities) ? texts(capabilities["add"] ?? []) : [];
  // The standard level `restricted` allows this one: to listen on a port below 1024.
  const more = names.filter((name) => name !== "NET_BIND_SERVICE");
  if (more.length === 0) return [];
  return [{ property: "capabilities.add", what: `it is given ${more.join(", ")}`, mend: "leave them out" }];
}

export const podPrivileged: Rule = {
  code: "pod-privileged",
  what: "no pod has rights on its machine",
  check: overPods({ pod: ofMachine, container: rights }),
};
