// The ledger as people and machines read it.
import { expect, test } from "vitest";
import { canonical } from "../../../pipelines/canonical.ts";
import { chain } from "../../../pipelines/ledger/record.ts";
import type { LedgerEntry } from "../../../pipelines/ledger/record.ts";
import {
  filterRecords,
  ledgerLines,
  ledgerText,
  verificationText,
} from "../../../pipelines/ledger/report.ts";
import { emptyHead } from "../../../pipelines/ledger/witness.ts";

const entry = {
  who: "ann@one",
  verb: "deploy",
  environment: "prod",
  what: "app r2",
  why: "new",
  outcome: "done",
};
const record = (more: Partial<LedgerEntry> = {}, seq = 1) =>
  chain({ ...emptyHead, count: seq - 1 }, `2026-01-0${seq}T10:00:00.123Z`, { ...entry, ...more });
const all = [
  record(),
  record({ service: "app", who: "bob" }, 2),
  record({ environment: "dev", verb: "up", outcome: "failed" }, 3),
];

test("the table lines up", () => {
  expect(ledgerText(all)).toBe(
    [
      "#  when (UTC)           who      verb    where     outcome  what",
      "1  2026-01-01 10:00:00  ann@one  deploy  prod      done     app r2 (new)",
      "2  2026-01-02 10:00:00  bob      deploy  prod app  done     app r2 (new)",
      "3  2026-01-03 10:00:00  ann@one  up      dev       failed   app r2 (new)",
      "",
    ].join("\n"),
  );
  expect(ledgerText([])).toBe("No records.\n");
});

test.each([
  [{}, [1, 2, 3]],
  [{ environment: "prod" }, [1, 2]],
  [{ environment: "prod", who: "bob" }, [2]],
  [{ service: "app" }, [2]],
  [{ verb: "up" }, [3]],
  [{ outcome: "failed" }, [3]],
  [{ since: Date.parse("2026-01-02T10:00:00.123Z") }, [2, 3]],
  [{ since: Date.parse("2026-01-02T10:00:00.124Z"), verb: "deploy" }, []],
])("filter %j gives %j", (filter, expected) => {
  expect(filterRecords(all, filter).map(({ seq }) => seq)).toEqual(expected);
});

test("nothing in a record can steer the terminal or fake a line", () => {
  const evil = "\u001B[2J\u001B]0;x\u0007\r\nfake\u202E\u200B\u009B1m\u2028";
  const text = ledgerText([
    record({ who: evil, verb: evil, environment: evil, service: evil, what: evil, why: evil, outcome: evil }),
  ]);
  expect(text.split("\n")).toHaveLength(3);
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(text).toContain("\\u{1b}[2J");
});

test("a long field is cut", () => {
  const longest = Math.max(
    ...ledgerText([record({ what: "x".repeat(4000), who: "y".repeat(500) })])
      .split("\n")
      .map(({ length }) => length),
  );
  expect(longest).toBeLessThan(320);
});

test("the export is one canonical record a line", () => {
  const lines = ledgerLines(all).trimEnd().split("\n");
  expect(lines).toEqual(all.map(canonical));
});

test("what was verified is told in sentences", () => {
  const whole = { ok: true, count: 3, recovered: false, faults: [] };
  expect(verificationText(whole)).toBe("The ledger is whole: 3 records.\n");
  expect(verificationText({ ...whole, recovered: true })).toContain("cut short by a crash");
  expect(verificationText({ ...whole, ok: false, faults: [{ seq: 2, what: "record 2 was changed" }] })).toBe(
    "The ledger is NOT whole: 1 faults in 3 records.\n  record 2 was changed\n",
  );
});
