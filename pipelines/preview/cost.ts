// What a plan costs a month, before and after: an estimate from a dated table. What it cannot price is listed by name. Pure.
import type { PlannedResource } from "../../infra/planned.ts";
import { fleetsIn } from "./fleets.ts";
import { isFree, priceOf } from "./pricing.ts";
import type { Side } from "./pricing.ts";
import { pricesDate, pricesOf } from "./prices.ts";
import { maskText } from "../masking/secrets.ts";

export interface CostItem {
  resource: string;
  type: string;
  /** What was counted: `50 x t3.small`. */
  what: string;
  /** US dollars a month. */
  before: number;
  after: number;
}

export interface Unpriced {
  resource: string;
  type: string;
  why: string;
}

export interface Cost {
  currency: "USD";
  region: string;
  /** The day of the price table. */
  date: string;
  /** A month, without what is in `unknown`. */
  before: number;
  after: number;
  delta: number;
  /** Largest change first. */
  items: CostItem[];
  unknown: Unpriced[];
}

/** The estimate of a plan in a region; undefined where the plan has nothing of a cloud that costs. */
export function estimate(resources: readonly PlannedResource[], region: string): Cost | undefined {
  const billed = resources.filter(({ type }) => type.startsWith("aws:"));
  if (billed.length === 0) return undefined;
  const unknown: Unpriced[] = [];
  const [was, will] = (["old", "new"] as const).map((side): Side => ({
    side,
    region,
    prices: pricesOf(region),
    fleets: fleetsIn(billed, side),
  })) as [Side, Side];
  const items = billed.flatMap((resource) => {
    if (isFree(resource.type)) return [];
    const [before, after] = [priceOf(resource, was), priceOf(resource, will)];
    const whys = [...new Set([...before.unknown, ...after.unknown])];
    for (const why of whys)
      unknown.push({ resource: resource.name, type: resource.type, why: maskText(why) });
    if (before.monthly === 0 && after.monthly === 0) return [];
    const what = maskText(after.what === "" ? before.what : after.what);
    return [
      { resource: resource.name, type: resource.type, what, ...amounts(before.monthly, after.monthly) },
    ];
  });
  const sum = (of: "before" | "after"): number => cents(items.reduce((total, one) => total + one[of], 0));
  const change = ({ before, after }: CostItem): number => Math.abs(after - before);
  const total = { before: sum("before"), after: sum("after") };
  return {
    currency: "USD",
    region,
    date: pricesDate,
    ...total,
    delta: cents(total.after - total.before),
    items: items.toSorted(
      (a, b) => change(b) - change(a) || b.after - a.after || (a.resource < b.resource ? -1 : 1),
    ),
    // The engine gets to things in no fixed order.
    unknown: unknown.toSorted((a, b) => (`${a.resource} ${a.why}` < `${b.resource} ${b.why}` ? -1 : 1)),
  };
}

/** Why there is no estimate where one might be looked for; null where none is missing. */
export function whyUnpriced(resources: readonly PlannedResource[]): string | null {
  const has = (prefix: string): boolean => resources.some(({ type }) => type.startsWith(prefix));
  if (has("aws:") || !has("kubernetes:")) return null;
  return "not estimated: the machines and volumes of the cluster are not this program's, and their prices are not known here";
}

const cents = (amount: number): number => Math.round(amount * 100) / 100;
const amounts = (before: number, after: number) => ({ before: cents(before), after: cents(after) });
