// One record: its canonical form, its hash, its bound.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonical, chain, parseRecord, recordHash, recordLimit } from "../../../pipelines/ledger/record.ts";
import { emptyHead } from "../../../pipelines/ledger/witness.ts";

const at = "2026-01-01T00:00:00.000Z";
const entry = {
  who: "ann@one",
  verb: "deploy",
  environment: "prod",
  what: "app r2",
  why: "new",
  outcome: "done",
};

/** The same value with the keys of every object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, part]) => [key, turned(part)]),
  );
}

test("the canonical form is that of RFC 8785", () => {
  // The example of section 3.2.3: keys are sorted by their UTF-16 code units.
  const value = {
    "\u20ac": 1,
    "\r": 2,
    "\ufb33": 3,
    "1": 4,
    "\ud83d\ude00": 5,
    "\u0080": 6,
    "\u00f6": 7,
    n: [1e30, 4.5, -0],
  };
  const keys = ["\r", "1", "n", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"];
  const numbers = [2, 4, "[1e+30,4.5,0]", 6, 7, 1, 5, 3];
  expect(canonical(value)).toBe(
    `{${keys.map((key, index) => `${JSON.stringify(key)}:${numbers[index]}`).join(",")}}`,
  );
});

test("the canonical form means the same value and does not depend on the order of keys", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonical(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonical(turned(value))).toBe(text);
      expect(canonical(JSON.parse(text))).toBe(text);
    }),
  );
});

test("the hash is that of another program over the same bytes", () => {
  // printf '%s' '{"at":...}' | sha256sum
  const record = chain(emptyHead, at, entry);
  const bytes = `{"at":"${at}","environment":"prod","outcome":"done","prev":"${"0".repeat(64)}","seq":1,"verb":"deploy","what":"app r2","who":"ann@one","why":"new"}`;
  expect(canonical({ ...record, hash: undefined })).toBe(bytes);
  expect(record.hash).toBe("c099b60295d966f1be7dc7552578bade9d3e5e1ed87fe91355895676dba038d1");
  expect(recordHash(record)).toBe(record.hash);
});

test("any record stays within the limit and can be read again", () => {
  const long = fc.oneof(
    fc.string({ unit: "binary", maxLength: 50 }),
    fc.nat(9000).map((n) => '\u0001ä😀"'.repeat(n)),
  );
  const fields = {
    who: long,
    verb: long,
    environment: long,
    service: long,
    what: long,
    why: long,
    outcome: long,
  };
  fc.assert(
    fc.property(fc.record({ ...fields, data: fc.oneof(long, fc.jsonValue(), fc.array(long)) }), (any) => {
      const body = canonical(chain(emptyHead, at, any));
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(recordLimit);
      const read = parseRecord(body);
      expect(read && canonical(read)).toBe(body);
      expect(read && recordHash(read)).toBe(read?.hash);
    }),
    { numRuns: 50 },
  );
});

test("data that is too large is cut with a marker; data that fits is kept whole", () => {
  const small = { lines: "x".repeat(10_000) };
  expect(chain(emptyHead, at, { ...entry, data: small }).data).toEqual(small);
  const cut = chain(emptyHead, at, { ...entry, data: { lines: "x".repeat(100_000) } }).data;
  expect(cut).toMatchObject({
    truncated: true,
    bytes: 100_012,
    start: expect.stringMatching(/^\{"lines":"x+… \[cut\]$/),
  });
});
