// Tests who may come in: users to the balancer's web ports, and nobody over SSH.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { inbound } from "../../../infra/policies/inbound.ts";
import { found, planned, types } from "./planned.ts";

const tcp = (port: number, more: object = {}) => ({
  ipProtocol: "tcp",
  fromPort: port,
  toPort: port,
  ...more,
});
const rule = (name: string, inputs: object): string[] =>
  found(inbound, [planned(types.ingress, name, { ...inputs })]);
const world = { cidrIpv4: "0.0.0.0/0" };

it("refuses SSH from anywhere, also inside a range or all protocols", () => {
  expect(rule("nodes-ssh", tcp(22, { cidrIpv4: "10.0.0.0/16" }))).toEqual(["mandatory fromPort"]);
  expect(rule("balancer", tcp(22, { referencedSecurityGroupId: unknownValue }))).toEqual([
    "mandatory fromPort",
  ]);
  expect(
    rule("nodes", { ipProtocol: "tcp", fromPort: 1, toPort: 1024, cidrIpv4: "10.0.0.0/8" }),
  ).toHaveLength(1);
  expect(rule("nodes", { ipProtocol: "-1", cidrIpv4: "10.0.0.0/8" })).toEqual(["mandatory fromPort"]);
});

it("refuses the internet but on the balancer's web ports, in any spelling", () => {
  expect(rule("nodes", tcp(443, world))).toEqual(["mandatory cidr"]);
  expect(rule("balancer", tcp(8080, world))).toEqual(["mandatory cidr"]);
  expect(rule("nodes", tcp(5432, { cidrIpv6: "::/0" }))).toEqual(["mandatory cidr"]);
  expect(rule("nodes", tcp(5432, { cidrIpv4: "128.0.0.0/1" }))).toEqual(["mandatory cidr"]);
  expect(rule("nodes", { ipProtocol: "udp", fromPort: 1, toPort: 65_535, ...world })).toEqual([
    "mandatory cidr",
  ]);
});

it("reads rules written into a group, and rules of the older kind", () => {
  const open = { protocol: "tcp", fromPort: 3306, toPort: 3306, cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] };
  const group = planned(types.securityGroup, "nodes", { ingress: [open] });
  expect(found(inbound, [group])).toEqual(["mandatory ingress[0].cidr"]);
  const older = "aws:ec2/securityGroupRule:SecurityGroupRule";
  expect(found(inbound, [planned(older, "nodes", { type: "ingress", ...open })])).toEqual(["mandatory cidr"]);
  expect(found(inbound, [planned(older, "nodes", { type: "egress", ...open })])).toEqual([]);
});

it("takes users at the balancer, and own networks and groups", () => {
  expect(rule("users-443", tcp(443, world))).toEqual([]);
  expect(rule("balancer-http", tcp(80, { cidrIpv6: "::/0" }))).toEqual([]);
  expect(rule("nodes", tcp(8080, { referencedSecurityGroupId: unknownValue }))).toEqual([]);
  expect(rule("nodes", tcp(8080, { cidrIpv4: "10.20.0.0/16" }))).toEqual([]);
});

it("tells what cannot be judged yet", () => {
  expect(rule("nodes", tcp(8080, { cidrIpv4: unknownValue }))).toEqual([
    "advisory ports and sources unknown",
  ]);
});
