// Lines of the estimate: from what to what a month, the parts that change, and what is not in it.
import type { Cost, Unpriced } from "./cost.ts";
import { clean, listed } from "./words.ts";

const MOST_ITEMS = 8;

/** The estimate; the total never stands without what it leaves out. */
export function costText({ before, after, delta, date, region, items, unknown }: Cost): string[] {
  const changed = items.filter((item) => item.before !== item.after);
  const more = changed.length - MOST_ITEMS;
  const total =
    delta === 0
      ? `about ${money(after)} USD a month, as before`
      : `about ${money(before)} -> ${money(after)} USD a month (${signed(delta)})`;
  return [
    `cost    ${total}; list prices of ${date}, ${clean(region)}, without traffic, tax and discounts`,
    ...changed
      .slice(0, MOST_ITEMS)
      .map(
        (item) =>
          `      ${clean(item.resource, 60)}: ${clean(item.what)}: ${money(item.before)} -> ${money(item.after)}`,
      ),
    ...(more > 0 ? [`      and ${more} smaller changes`] : []),
    ...unknownText(unknown),
  ];
}

function unknownText(unknown: readonly Unpriced[]): string[] {
  return [...Map.groupBy(unknown, ({ why }) => why)].map(
    ([why, some]) => `      not in it: ${clean(why)}: ${listed(some.map(({ resource }) => resource))}`,
  );
}

const money = (amount: number): string => amount.toFixed(2).replace(/\.00$/, "");
const signed = (amount: number): string => `${amount > 0 ? "+" : ""}${money(amount)}`;
