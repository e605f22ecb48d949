// Tampering with plain data, each way, is found; a crash is not taken for it.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonical } from "../../../pipelines/canonical.ts";
import { chain } from "../../../pipelines/ledger/record.ts";
import { verify } from "../../../pipelines/ledger/verify.ts";
import { announce, emptyHead, settle } from "../../../pipelines/ledger/witness.ts";
import type { Head, LogEntry, Witness } from "../../../pipelines/ledger/witness.ts";

const at = "2026-01-01T00:00:00.000Z";

function add(entries: LogEntry[], head: Head, what: string): Head {
  const record = chain(head, at, {
    who: "ann",
    verb: "up",
    environment: "dev",
    what,
    why: "",
    outcome: "done",
  });
  entries.push({ seq: record.seq, hash: record.hash, body: canonical(record) });
  return { count: record.seq, hash: record.hash };
}

function ledger(whats: string[]): { entries: LogEntry[]; witness: Witness } {
  const entries: LogEntry[] = [];
  let head = emptyHead;
  for (const what of whats) head = add(entries, head, what);
  return { entries, witness: { head, breaks: [] } };
}

const texts = fc.array(fc.string(), { minLength: 1, maxLength: 12 });

test("any chain as it was written is whole", () => {
  fc.assert(
    fc.property(texts, (whats) => {
      const { entries, witness } = ledger(whats);
      expect(verify(entries, witness)).toEqual({
        ok: true,
        count: whats.length,
        recovered: false,
        faults: [],
      });
    }),
  );
  expect(verify([], undefined)).toMatchObject({ ok: true, count: 0 });
});

test("one changed character anywhere is found, at its record", () => {
  fc.assert(
    fc.property(texts, fc.nat(), fc.nat(), (whats, which, where) => {
      const { entries, witness } = ledger(whats);
      const entry = entries[which % entries.length]!;
      const position = where % entry.body.length;
      const other = entry.body[position] === "7" ? "8" : "7";
      entry.body = entry.body.slice(0, position) + other + entry.body.slice(position + 1);
      expect(verify(entries, witness).faults.map(({ seq }) => seq)).toContain(entry.seq);
    }),
  );
});

test("any removal, move or repeat is found", () => {
  fc.assert(
    fc.property(texts, fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), (whats, kept) => {
      const { entries, witness } = ledger(whats);
      const left = entries.filter((_, index) => kept.includes(index));
      expect(verify(left, witness).ok).toBe(left.length === entries.length);
    }),
  );
  const { entries, witness } = ledger(["a", "b", "c", "d"]);
  const [a, b, c, d] = entries as [LogEntry, LogEntry, LogEntry, LogEntry];
  expect(verify([a, c, b, d], witness).ok).toBe(false);
  expect(verify([a, b, b, c, d], witness).ok).toBe(false);
  expect(verify([a, { ...c, seq: 2 }, { ...b, seq: 3 }, d], witness).faults.map(({ seq }) => seq)).toEqual([
    2, 3, 4,
  ]);
});

test("a chain written anew from some record on is found by its end", () => {
  const { entries, witness } = ledger(["a", "b", "c"]);
  const forged = entries.slice(0, 1);
  add(forged, add(forged, { count: 1, hash: forged[0]!.hash }, "forged"), "c");
  expect(verify(forged, witness).faults).toEqual([{ seq: 3, what: expect.stringContaining("rewritten") }]);
});

test("a key written twice is found", () => {
  const { entries, witness } = ledger(["a"]);
  entries[0]!.body = entries[0]!.body.replace('"what":"a"', '"what":"forged","what":"a"');
  expect(verify(entries, witness).faults).toEqual([{ seq: 1, what: expect.stringContaining("changed") }]);
});

test.each([
  [2, "record 3 was removed at the end"],
  [1, "records 2 to 3 were removed at the end"],
  [0, "records 1 to 3 were removed at the end"],
])("with %i of 3 left: %s", (left, what) => {
  const { entries, witness } = ledger(["a", "b", "c"]);
  expect(verify(entries.slice(0, left), witness).faults.map((fault) => fault.what)).toEqual([what]);
});

test("a missing head is found", () => {
  expect(verify(ledger(["a"]).entries, undefined).faults).toEqual([
    { seq: 1, what: expect.stringContaining("head") },
  ]);
});

test("a crash before or after the entry is written is not tampering", () => {
  const { entries, witness } = ledger(["a", "b"]);
  const longer = [...entries];
  const next = add(longer, witness.head, "c");
  const announced = announce(witness.head, next, witness, at);
  expect(verify(entries, announced)).toMatchObject({ ok: true, recovered: true });
  expect(verify(longer, announced)).toMatchObject({ ok: true, recovered: true });
  expect(verify(longer, settle(next, announced))).toMatchObject({ ok: true, recovered: false });
  expect(verify(entries, settle(next, announced)).ok).toBe(false);
  expect(verify(entries.slice(0, 1), announced).ok).toBe(false);
});

test("an append after a removal does not hide it, ever", () => {
  let { entries, witness } = ledger(["a", "b", "c"]);
  entries = entries.slice(0, 2);
  for (const what of ["d", "e"]) {
    const found = { count: entries.length, hash: entries.at(-1)!.hash };
    const next = add(entries, found, what);
    witness = settle(next, announce(found, next, witness, at))!;
  }
  expect(verify(entries, witness).faults).toEqual([
    { seq: 3, what: `record 3 was removed at the end (met ${at})` },
  ]);
});
