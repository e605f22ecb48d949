// The order of environments: each after the one that its releases come from.
import { expect, test } from "vitest";
import { deliveryOrder } from "../../../pipelines/delivery/chain.ts";
import type { Linked } from "../../../pipelines/delivery/chain.ts";

const to = (name: string, after?: string): Linked => ({
  name,
  ...(after === undefined ? {} : { promotion: { after, soak: 0, automatic: true, accept: [] } }),
});

test("each comes after the one before it, however they are listed", () => {
  expect(deliveryOrder([to("prod", "staging"), to("dev"), to("staging", "dev")])).toEqual([
    "dev",
    "staging",
    "prod",
  ]);
});

test("two that come from the same one keep their order; one that stands alone stays where it is", () => {
  const all = [to("alone"), to("eu", "dev"), to("us", "dev"), to("dev")];
  expect(deliveryOrder(all)).toEqual(["alone", "dev", "eu", "us"]);
});

test("a circle and an unknown name end, and lose nobody", () => {
  expect(deliveryOrder([to("a", "b"), to("b", "a"), to("c", "nowhere")]).toSorted()).toEqual(["a", "b", "c"]);
});
