// Subnets: apart from each other, inside the network, and unmoved when zones come and go.
import { expect, it } from "vitest";
import { zoneAddresses } from "../../../../infra/platforms/aws/addresses.ts";

const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

function range(cidr: string): [first: number, last: number] {
  const [address = "", bits = ""] = cidr.split("/");
  const first = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return [first, first + 2 ** (32 - Number(bits)) - 1];
}

it("cuts a network of the default size", () => {
  expect(zoneAddresses("10.20.0.0/16", zones)[1]).toEqual({
    zone: "eu-central-1b",
    nodes: "10.20.16.0/20",
    public: "10.20.130.0/23",
    database: "10.20.146.0/23",
    pods: "10.20.168.0/21",
  });
});

it.each(["10.20.0.0/16", "10.20/16", "192.168.16.0/20", "172.31.128.0/18"])(
  "keeps the subnets of %s apart",
  (cidr) => {
    const all = "abcdefgh".split("").map((letter) => `us-east-1${letter}`);
    const ranges = zoneAddresses(cidr, all)
      .flatMap((each) => [each.nodes, each.public, each.database, each.pods])
      .map(range)
      .toSorted(([a], [b]) => a - b);
    const [whole] = [range(cidr.replace(/^10\.20\//, "10.20.0.0/"))];
    expect(ranges).toHaveLength(32);
    expect(ranges[0]?.[0]).toBeGreaterThanOrEqual(whole[0]);
    expect(ranges.at(-1)?.[1]).toBeLessThanOrEqual(whole[1]);
    for (const [index, [first]] of ranges.entries())
      if (index > 0) expect(first).toBeGreaterThan(ranges[index - 1]?.[1] ?? Infinity);
  },
);

it("leaves a zone where it is when another one goes", () => {
  const [, , third] = zoneAddresses("10.20.0.0/16", zones);
  expect(zoneAddresses("10.20.0.0/16", ["eu-central-1c"])).toEqual([third]);
});

it("refuses what is no zone, and a zone twice", () => {
  expect(() => zoneAddresses("10.20.0.0/16", ["rack-9"])).toThrow("rack-9 is not a zone of AWS");
  expect(() => zoneAddresses("10.20.0.0/16", ["eu-central-1a", "eu-central-1a"])).toThrow(
    "each of them once",
  );
});
