// The witness that many writers share: a crash of any of them is not tampering, a removal always is.
import { expect, test } from "vitest";
import {
  announceShared,
  likelyEnd,
  parseShared,
  seenFrom,
  settleShared,
} from "../../../pipelines/drivers/store-s3-witness.ts";
import { agreement, emptyHead } from "../../../pipelines/ledger/witness.ts";

const at = "2026-01-01T00:00:00.000Z";
const head = (count: number, writer: string) => ({ count, hash: `${count}-${writer}` });
const one = head(1, "a");

test("whichever of several announced ends is made, the log is whole; any other is not", () => {
  const both = announceShared(
    one,
    head(2, "c"),
    announceShared(one, head(2, "b"), { head: one, pending: [], breaks: [] }, at),
    at,
  );
  for (const end of [one, head(2, "b"), head(2, "c")])
    expect(agreement(end, seenFrom(end, both))).toBe("recovered");
  for (const end of [emptyHead, head(2, "d"), head(3, "b")])
    expect(agreement(end, seenFrom(end, both))).toBe("broken");
  expect(likelyEnd(both)).toBe(2);
});

test("an announcement that was beaten to its number goes with the next one", () => {
  const both = announceShared(
    one,
    head(2, "c"),
    announceShared(one, head(2, "b"), { head: one, pending: [], breaks: [] }, at),
    at,
  );
  const third = announceShared(head(2, "b"), head(3, "c"), both, at);
  expect(third).toEqual({ head: head(2, "b"), pending: [head(3, "c")], breaks: [] });
});

test("settling moves forward only, and keeps what is still open", () => {
  const shared = { head: one, pending: [head(2, "b"), head(3, "c")], breaks: [] };
  expect(settleShared(head(2, "b"), shared)).toEqual({
    head: head(2, "b"),
    pending: [head(3, "c")],
    breaks: [],
  });
  expect(settleShared(one, shared)).toBeUndefined();
  expect(settleShared(one, undefined)).toBeUndefined();
});

test("a removal met at an announcement stays known", () => {
  const shared = announceShared(one, head(2, "b"), { head: head(4, "z"), pending: [], breaks: [] }, at);
  expect(shared.breaks).toEqual([{ at, expected: head(4, "z"), found: one }]);
  expect(settleShared(head(2, "b"), shared)?.breaks).toHaveLength(1);
});

test("what is no witness counts as missing", () => {
  expect(parseShared({ head: 1 })).toBeUndefined();
  expect(parseShared(undefined)).toBeUndefined();
  expect(likelyEnd(undefined)).toBe(0);
});
