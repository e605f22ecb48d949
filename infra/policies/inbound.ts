// Rule: nobody comes in: no SSH from anywhere, nothing from the whole internet but the balancer's web ports.
import { notYetKnown, objects, standing, texts, unjudgeable } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";

const WEB = new Set([80, 443]);

interface Opening {
  /** Path of the opening, `ingress[0]`; empty where the resource itself is one. */
  path: string;
  protocol: unknown;
  from: unknown;
  to: unknown;
  sources: unknown[];
}

/** 0.0.0.0/0 in any spelling, and what comes close: half of the internet is no office. */
export const isWorld = (source: string): boolean => {
  const bits = Number(/\/(\d{1,3})$/.exec(source)?.[1] ?? "128");
  return source.includes(":") ? bits < 16 : bits < 8;
};

function judge({ path, protocol, from, to, sources }: Opening, balancer: boolean): Finding[] {
  const property = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const odd = [protocol, from, to, ...sources].some(unjudgeable);
  if (odd) return [notYetKnown(property("ports and sources"))];
  const all = protocol === "-1" || protocol === -1 || protocol === "all";
  const low = all ? 0 : Number(from ?? 0);
  const high = all ? 65_535 : Number(to ?? low);
  const tcp = all || protocol === "tcp" || protocol === "6";
  const findings: Finding[] = [];
  if (tcp && low <= 22 && high >= 22)
    findings.push({
      property: property("fromPort"),
      what: "SSH is open",
      mend: "leave port 22 closed: sessions go through SSM",
    });
  const world = sources.flatMap((one) => texts(one)).find(isWorld);
  const web = balancer && tcp && low === high && WEB.has(low);
  if (world !== undefined && !web)
    findings.push({
      property: property("cidr"),
      what: `${all ? "everything is" : `ports ${low} to ${high} are`} open to ${world}`,
      mend: "let in a security group or your own networks; only the balancer takes 80 and 443 from everywhere",
    });
  return findings;
}

/** The balancer's rules are known by their names: the group they belong to is not known before the first update. */
const isBalancer = (name: string): boolean => /(^|-)(balancer|edge|alb|lb|users)(-|$)/.test(name);

const inline = (one: Inputs, index: number): Opening => ({
  path: `ingress[${index}]`,
  protocol: one["protocol"],
  from: one["fromPort"],
  to: one["toPort"],
  sources: [...listed(one["cidrBlocks"]), ...listed(one["ipv6CidrBlocks"])],
});

const listed = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

export const inbound: Rule = {
  code: "inbound-open",
  what: "no inbound SSH, nothing open to the internet but the balancer",
  check: standing({
    "aws:ec2/securityGroup:SecurityGroup": ({ ingress }, { name }) =>
      unjudgeable(ingress)
        ? [notYetKnown("ingress")]
        : objects(ingress ?? []).flatMap((one, index) => judge(inline(one, index), isBalancer(name))),
    "aws:ec2/securityGroupRule:SecurityGroupRule": (inputs, { name }) =>
      inputs["type"] === "egress" ? [] : judge({ ...inline(inputs, 0), path: "" }, isBalancer(name)),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (inputs, { name }) =>
      judge(
        {
          path: "",
          protocol: inputs["ipProtocol"],
          from: inputs["fromPort"],
          to: inputs["toPort"],
          sources: [...listed(inputs["cidrIpv4"]), ...listed(inputs["cidrIpv6"])],
        },
        isBalancer(name),
      ),
  }),
};
