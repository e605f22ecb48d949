// Cuts an environment's network into subnets: a zone keeps its addresses when others come and go.

export interface ZoneAddresses {
  zone: string;
  /** Machines: a sixteenth of the network. */
  nodes: string;
  /** The balancer's side towards users. */
  public: string;
  database: string;
  /** Pods and their nodes: half as many as machines. */
  pods: string;
}

const ZONES = "abcdefgh";

/** Subnets of each zone. `cidr` is such as 10.20.0.0/16, of size /16 to /20. Throws for a zone that has no letter at its end. */
export function zoneAddresses(cidr: string, zones: readonly string[]): ZoneAddresses[] {
  const [address = "", size = ""] = cidr.split("/");
  const bits = Number(size);
  const octets = [...address.split(".").map(Number), 0, 0, 0].slice(0, 4);
  const whole = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const start = whole - (whole % 2 ** (32 - bits));
  const block = (index: number, part = 0, partBits = 0): string =>
    text(start + index * 2 ** (28 - bits) + part * 2 ** (28 - bits - partBits), bits + 4 + partBits);
  return zones.map((zone) => {
    const index = indexOf(zone, zones);
    return {
      zone,
      nodes: block(index),
      public: block(8, index, 3),
      database: block(9, index, 3),
      pods: block(10 + Math.floor(index / 2), index % 2, 1),
    };
  });
}

// By the letter, not by the place in the list: a zone more or less must not renumber the others.
function indexOf(zone: string, zones: readonly string[]): number {
  const index = ZONES.indexOf(zone.at(-1) ?? "");
  if (index === -1 || zones.filter((other) => other.at(-1) === zone.at(-1)).length > 1)
    throw new Error(`zones: ${zone} is not a zone of AWS, such as eu-central-1a; write each of them once`);
  return index;
}

function text(address: number, bits: number): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  return `${octets.join(".")}/${bits}`;
}
