// Tests how complaints are written and ordered.
import { expect, test } from "vitest";
import { complaintText, inReadingOrder, pathText } from "../../environments/complaint.ts";

const complaint = {
  file: "environments/prod.yaml",
  line: 12,
  column: 7,
  path: "services.server.nodez",
  rule: "unknown-key",
  message: "unknown key.",
};

test("a complaint is one line that editors can follow", () => {
  expect(complaintText(complaint)).toBe("environments/prod.yaml:12:7 services.server.nodez: unknown key.");
  expect(complaintText({ ...complaint, path: "" })).toBe("environments/prod.yaml:12:7 unknown key.");
});

test("strange keys are quoted in paths", () => {
  expect(pathText(["services", "app", "waves", 2])).toBe("services.app.waves[2]");
  expect(pathText(["a\nb", "c d"])).toBe('["a\\nb"]["c d"]');
});

test("complaints come in reading order, numbers as numbers", () => {
  const lines = [30, 4, 100].map((line) => Object.assign({}, complaint, { line }));
  const base = { ...complaint, file: "environments/base.yaml" };
  expect(inReadingOrder([...lines, base]).map(({ file, line }) => `${file}:${line}`)).toEqual([
    "environments/base.yaml:12",
    "environments/prod.yaml:4",
    "environments/prod.yaml:30",
    "environments/prod.yaml:100",
  ]);
});

test("a flood of complaints is cut and counted", () => {
  const shown = inReadingOrder(
    Array.from({ length: 500 }, (_, line) => Object.assign({}, complaint, { line })),
  );
  expect(shown).toHaveLength(101);
  expect(shown.at(-1)?.message).toBe("400 more complaints are not shown");
});
