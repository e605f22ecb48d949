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
  // Paper is white.
  expect(style.match(/@media [^{]*prefers-color-scheme: dark/g)).toEqual([
    "@media screen and (prefers-color-scheme: dark",
  ]);
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

it("gives each environment a place of its own to go to", () => {
  const page = htmlOf(changed(["local/prod", "prod"].map((environment) => previewed([], { environment }))));
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(ids).toEqual(["stack-local_prod", "stack-prod"]);
  expect([...page.matchAll(/ href="#([^"]*)"/g)].map(([, id]) => id)).toEqual(ids);
});

/** What stands below a heading, or a summary, of the page. */
const below = (page: string, heading: string): string | undefined =>
  page.split(/<h2>|<summary>/).find((part) => part.startsWith(`${heading}<`));

it("has a place for everything that a preview tells", () => {
  const bucket = (name: string) => planned(types.bucket, name, { tags: { a: "2" } });
  const changes = planDiff([
    { ...bucket("grown"), op: "update", old: { tags: { a: "1" } } },
    bucket("made"),
    deleted(types.database, "gone"),
  ]).changes;
  const drift = planDiff([{ ...bucket("touched"), op: "update", old: { tags: {} } }]).changes;
  const rule = { resource: "gone", type: types.database, property: "tags", urn: "", unknown: false };
  const one = previewed([], {
    verdict: "refused",
    offline: true,
    changes,
    drift,
    violations: [
      { ...rule, code: "P_DATA", level: "mandatory", what: "it holds data", mend: "keep it" },
      { ...rule, code: "P_TAGS", level: "advisory", what: "no owner", mend: "name one", unknown: true },
    ] as never,
    cost: {
      before: 10,
      after: 35,
      delta: 25,
      date: "2026-01-01",
      region: "eu-central-1",
      items: [{ resource: "grown", what: "volume", before: 10, after: 35 }],
      unknown: [{ resource: "made", why: "traffic" }],
    } as never,
    pins: [
      { service: "app", from: "r1", to: "r2" },
      { service: "server", from: null, to: "r1" },
    ],
  });
  const broken = failed("staging", "no session");
  const page = htmlOf(
    changed(
      [one, broken, previewed([], { environment: "dev", drift: [], unpriced: "no region", cost: null })],
      {
        skipped: [{ environment: "test", why: "its files are as they were" }],
        remarks: ["the base could not be played"],
      },
    ),
  );
  const texts: [string, RegExp[]][] = [
    ["Refused", [/<b>P_DATA<\/b> gone tags: it holds data\. .*Mend: keep it/]],
    ["Replaced and deleted", [/DELETE/, /HOLDS DATA/, />gone</]],
    ["Updated", [/>grown</, /<td>tags\.a<\/td><td class="was">1<\/td><td class="will">2<\/td>/]],
    ["Created: 1", [/1 aws:s3\/bucket<\/span>: <bdi>made<\/bdi>/]],
    ["Advice", [/P_TAGS<\/b> gone tags: no owner \(cannot be judged before the update\)/]],
    ["Cost", [/10 -&gt; 35 USD a month \(\+25\)/, /grown: volume: 10 -&gt; 35/, /not in it: traffic: made/]],
    ["Releases", [/<b>app<\/b>: r1 → r2/, /<b>server<\/b>: none → r1/]],
    ["Drift: differs from the state, without our doing", [/>touched</]],
    [
      "staging: failed: no session",
      [/<b>E_ENGINE<\/b> no session/, /Now: nothing was changed/, /Next: mend it/],
    ],
  ];
  for (const [heading, found] of texts)
    for (const text of found) expect(below(page, heading), heading).toMatch(text);
  expect(page).toContain('<p class="skipped">skipped <b>test</b>: its files are as they were</p>');
  expect(page).toContain('<p class="remark">the base could not be played</p>');
  expect(page).toMatch(/<p class="remark">offline: /);
  const dev = page.slice(page.indexOf('id="stack-dev"'));
  expect(below(dev, "Cost")).toContain("no region");
  expect(below(dev, "Drift")).toContain("none: everything is as the state has it");
});
