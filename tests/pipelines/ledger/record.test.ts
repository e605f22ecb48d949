// One record: its bytes, its hash, its bound.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonical } from "../../../pipelines/canonical.ts";
import { chain, parseRecord, recordHash, recordLimit } from "../../../pipelines/ledger/record.ts";
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
