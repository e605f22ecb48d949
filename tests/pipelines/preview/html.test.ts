// Tests the page: one file that loads nothing, the verdict first, every end in it, hostile texts inert.
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { htmlOf } from "../../../pipelines/preview/html.ts";
import { planDiff } from "../../../pipelines/preview/plan.ts";
import { deleted, planned, types } from "../../infra/policies/planned.ts";
import { changed, failed, previewed } from "../../support/previewed.ts";

const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>\u202Eevil\u001B[2J&amp;</style></details>`;

/** Elements of ours; anything else would have come out of a text. */
const known =
  /^\/?(html|head|meta|title|style|body|h1|h2|ul|li|p|b|a|bdi|span|details|summary|table|tr|th|td|!doctype)$/;
const elementsOf = (page: string): string[] =>
  [...page.matchAll(/<([^\s>]+)[^>]*>/g)].map(([, name = ""]) => name);

it("loads, runs and sends nothing: the policy lets in only the style that is there", () => {
  const page = htmlOf(changed([previewed([planned(types.database, "database", {})])]));
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  expect(page).toContain(
    `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
  );
  expect(page).not.toMatch(/<script|<link|<img|<iframe|<form|@import|url\(|https?:|style=|\son\w+=/);
  expect(style).toMatch(/prefers-color-scheme: dark/);
  expect(style).toMatch(/@media print/);
});

it("makes texts from anywhere inert", () => {
  const odd = { op: "update" as const, old: { [hostile]: hostile }, replaceKeys: [hostile], protect: true };
  const resources = [
    planned(types.database, hostile, { [hostile]: `${hostile}\n${hostile}` }, odd),
    planned(`x:${hostile}:Y`, hostile, {}),
    deleted(types.bucket, hostile, { [hostile]: hostile }),
  ];
  const page = htmlOf(
    changed(
      [
        previewed(resources, {
          environment: hostile,
          pins: [{ service: hostile, from: hostile, to: hostile }],
          drift: planDiff(resources).changes,
        }),
        failed(hostile, hostile),
      ],
      {
        skipped: [{ environment: hostile, why: hostile }],
        remarks: [hostile],
        base: { ref: hostile, commit: hostile },
      },
    ),
  );
  expect(elementsOf(page).filter((name) => !known.test(name))).toEqual([]);
  // oxlint-disable-next-line no-control-regex -- exactly these must not be there
  expect(page).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
  for (const name of ["details", "ul", "table", "li", "style"])
    expect([name, page.split(`<${name}`).length]).toEqual([name, page.split(`</${name}>`).length]);
  expect(page.split("&lt;script&gt;").length).toBeGreaterThan(10);
});

it("opens what asks for attention, and shows every end with its marks and what forces it", () => {
  const old = { engine: "16", size: 1 };
  const replaced = planned(
    types.database,
    "database",
    { engine: "17", size: 2 },
    {
      op: "replace",
      old,
      protect: true,
      replaceKeys: ["engine"],
    },
  );
  const gone = Array.from({ length: 300 }, (_, index) => deleted(types.topic, `topic-${index}`));
  const quiet = previewed([{ ...replaced, op: "same" }], { environment: "dev" });
  const page = htmlOf(changed([previewed([replaced, ...gone]), quiet]));
  expect(page.indexOf("refused")).toBeLessThan(page.indexOf("<details"));
  expect(page).toMatch(/<details id="stack-prod" class="refused" open>/);
  expect(page).toMatch(/<details id="stack-dev" class="(clean|refused)"/);
  expect(page).toMatch(/REPLACE<\/span> <span[^>]*>HOLDS DATA<\/span> <span[^>]*>protected<\/span>/);
  expect(page).toContain("forced by engine");
  for (let index = 0; index < 300; index += 1) expect(page).toContain(`>topic-${index}</bdi>`);
});
