// What the engine's output says of a cluster, told from its text alone: not reached, not allowed, owned by another, a kind that is missing. Pure.
import { printable } from "../ledger/printable.ts";
import { installOf, partOf } from "./kube-parts.ts";

export interface KubeCause {
  code: "E_KUBE" | "E_KUBE_ARGO" | "E_KUBE_CREDENTIALS" | "E_KUBE_DENIED" | "E_KUBE_UNREACHABLE";
  what: string;
  next: string;
}

export const again = "then run the same command again";

export const unknownCredentials: KubeCause = {
  code: "E_KUBE_CREDENTIALS",
  what: "the cluster does not know these credentials",
  next: `sign in to the cluster again, ${again}`,
};

type Rule = [RegExp, (found: RegExpExecArray, text: string) => KubeCause];

// The first that fits counts: credentials that have expired make a cluster look unreachable.
const rules: Rule[] = [
  [
    /\bUnauthorized\b|the server has asked for the client to provide credentials|getting credentials: exec/,
    () => unknownCredentials,
  ],
  [
    /context "([^"]*)" does not exist|invalid configuration: [^\n]*/,
    ([said]) => ({
      code: "E_KUBE_UNREACHABLE",
      what: `the kubeconfig does not lead to a cluster: ${short(said)}`,
      next: `name the right one in KUBECONFIG, ${again}`,
    }),
  ],
  [
    /(?:User|user) "([^"]*)" cannot (\w+) resource "([\w/.-]+)"(?: in API group "([\w.-]*)")?(?:[^\n]*? in the namespace "([^"]*)")?/,
    ([, who = "", verb = "", resource = "", group = "", namespace]) => ({
      code: "E_KUBE_DENIED",
      what: `${short(who)} may not ${verb} ${resource}${group === "" ? "" : `.${group}`}${namespace === undefined ? "" : ` in ${short(namespace)}`}`,
      next: `have it allowed (surefoot doctor names every right that is missing), ${again}`,
    }),
  ],
  [
    /no matches for kind "(\w+)" in version "([\w./-]+)"/,
    ([, kind = "", version = ""]) => missing(kind, version.split("/")[0] ?? ""),
  ],
  [
    /conflicts? with "([^"]+)"(?:[^\n]*?: (\.\S+))?/,
    ([, manager = "", field]) => ({
      code: "E_KUBE",
      what: `${short(manager)} owns ${field === undefined ? "fields of it" : `the field ${short(field)}`}, and nothing is taken by force`,
      next: `have ${short(manager)} put back what the description says, or let it go, ${again}`,
    }),
  ],
  [
    /AlreadyExists: (\S+ \S+)|(\S+ "[^"]+") already exists|The resource already exists in the cluster/,
    ([, one, other]) => ({
      code: "E_KUBE",
      what: `${short(one ?? other ?? "an object of that name")} is in the cluster already, and was not made by this environment`,
      next: `another namespace in the description, or delete it there if it is nobody's, ${again}`,
    }),
  ],
  [
    /cluster is unreachable|due to unreachable cluster|Kubernetes API server [^\n]* is unreachable/,
    (_found, text) => unreachable(/x509|certificate/.test(text)),
  ],
];

/** What these lines of the engine say of the cluster; undefined where they say nothing of one. */
export function kubeCauseOf(text: string): KubeCause | undefined {
  for (const [pattern, cause] of rules) {
    const found = pattern.exec(text);
    if (found) return cause(found, text);
  }
  return undefined;
}

function missing(kind: string, group: string): KubeCause {
  const part = partOf(group);
  if (part === undefined)
    return {
      code: "E_KUBE_ARGO",
      what: `the cluster knows no ${kind} of ${group}: it is too old, or a part is not installed`,
      next: "surefoot doctor names what is missing and how it is installed",
    };
  return {
    code: "E_KUBE_ARGO",
    what: `the cluster knows no ${kind}: ${part.what} is not installed`,
    next: `${installOf(part)}; ${again}`,
  };
}

/** `certificate`: it is reached, and shows one that nobody trusts. */
export function unreachable(certificate: boolean): KubeCause {
  return {
    code: "E_KUBE_UNREACHABLE",
    what: certificate ? "the cluster's certificate is not trusted" : "the cluster cannot be reached",
    next: `check ${certificate ? "certificate-authority of the kubeconfig" : "network, VPN and the server of the kubeconfig"}, ${again}`,
  };
}

const short = (text: string): string => printable(text).slice(0, 200);
