// A small, dated table of prices: what the common parts of an environment cost on demand, before tax, discounts and traffic.

/**
 * US dollars, meant to be those of AWS's public price lists on this day; typed in from memory, not fetched, and only one
 * figure (db.t4g.medium in us-east-1) was held against a published page. Some may be off by some percent: check them against
 * the price list of the region before a budget rests on them.
 */
export const pricesDate = "2025-06-01";

export const hoursPerMonth = 730;

export interface RegionPrices {
  /** An hour of the size `large`, Linux; other sizes are a multiple of it. */
  machines: Record<string, number>;
  /** An hour of the size `large` in one zone, PostgreSQL; MySQL costs up to 6% less. */
  databases: Record<string, number>;
  /** A GB a month, gp3. */
  volume: number;
  databaseStorage: number;
  /** An hour. */
  balancer: number;
  nat: number;
  /** An hour in one zone. */
  endpoint: number;
}

export const prices: Record<string, RegionPrices> = {
  "us-east-1": {
    machines: {
      t3: 0.0832,
      t4g: 0.0672,
      m6i: 0.096,
      m7i: 0.1008,
      m7g: 0.0816,
      c6i: 0.085,
      c7i: 0.08925,
      c7g: 0.0725,
    },
    databases: { t3: 0.145, t4g: 0.129, m6g: 0.159, m7g: 0.168, r6g: 0.225, r7g: 0.239 },
    volume: 0.08,
    databaseStorage: 0.115,
    balancer: 0.0225,
    nat: 0.045,
    endpoint: 0.01,
  },
  "eu-west-1": {
    machines: {
      t3: 0.0912,
      t4g: 0.0736,
      m6i: 0.107,
      m7i: 0.11235,
      m7g: 0.0911,
      c6i: 0.0912,
      c7i: 0.09576,
      c7g: 0.0773,
    },
    databases: { t3: 0.157, t4g: 0.143, m6g: 0.177, m7g: 0.187, r6g: 0.25, r7g: 0.266 },
    volume: 0.088,
    databaseStorage: 0.127,
    balancer: 0.0252,
    nat: 0.048,
    endpoint: 0.011,
  },
  "eu-central-1": {
    machines: {
      t3: 0.096,
      t4g: 0.0768,
      m6i: 0.115,
      m7i: 0.12075,
      m7g: 0.0978,
      c6i: 0.097,
      c7i: 0.10185,
      c7g: 0.0827,
    },
    databases: { t3: 0.17, t4g: 0.154, m6g: 0.19, m7g: 0.201, r6g: 0.27, r7g: 0.287 },
    volume: 0.0952,
    databaseStorage: 0.137,
    balancer: 0.027,
    nat: 0.052,
    endpoint: 0.012,
  },
};

/** A month, the same in these regions. */
export const monthlyPrices = {
  key: 1,
  secret: 0.4,
  alarm: 0.1,
  dashboard: 3,
  address: 3.65,
  /** Of a Kubernetes cluster, while its version is in standard support. */
  controlPlane: 73,
};

const sizes: Record<string, number> = { nano: 1 / 16, micro: 1 / 8, small: 1 / 4, medium: 1 / 2, large: 1 };

/** An hour of a machine such as `t3.small` or `m7g.2xlarge`; undefined where the table has no such family or size. */
export function hourly(table: Record<string, number>, machine: string): number | undefined {
  const [family = "", size = ""] = machine.split(".");
  const times = /^(\d{0,2})xlarge$/.exec(size);
  const factor = times === null ? ownOf(sizes, size) : 2 * Number(times[1] === "" ? 1 : times[1]);
  const large = ownOf(table, family);
  return factor === undefined || large === undefined ? undefined : large * factor;
}

/** The prices of a region; undefined where the table has none. */
export const pricesOf = (region: string): RegionPrices | undefined => ownOf(prices, region);

function ownOf<T>(table: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
