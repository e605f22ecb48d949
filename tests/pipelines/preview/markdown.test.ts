// The preview as Markdown: what is always told, how much of the rest, and that it stays below every limit at any size.
import { expect, it } from "vitest";
import type { EnvironmentPreview } from "../../../pipelines/preview/document.ts";
import { COMMENT_LIMIT, markdownOf, SUMMARY_LIMIT } from "../../../pipelines/preview/markdown.ts";
import type { Change } from "../../../pipelines/preview/plan.ts";
import { changeOf, environmentOf, previewOf } from "../../support/change-preview.ts";
import { isWhole } from "./markdown-reader.ts";

const property = (path: string, before: unknown, after: unknown, forces = false) =>
  ({ path, kind: "changed", before, after, forces }) as const;
const database = changeOf("replace", "database", {
  type: "aws:rds/instance:Instance",
  stateful: true,
  protect: true,
  forcedBy: ["engineVersion"],
  properties: [property("engineVersion", "16", "17", true), property("size", 1, 2)],
});
const many = (count: number, op: Change["op"], more: Partial<Change> = {}): Change[] =>
  Array.from({ length: count }, (_, index) => changeOf(op, `${op}-${index}`, more));

it("tells the verdict first, then what ends with what forces it, then the rest folded", () => {
  const prod = environmentOf("prod", [
    database,
    changeOf("delete", "queue"),
    changeOf("update", "web", { properties: [property("tags.owner", "ada", "bob")] }),
    ...many(3, "create"),
  ]);
  const text = markdownOf(
    previewOf([prod, environmentOf("dev", [])], { base: { ref: "main", commit: "f".repeat(40) } }),
  );
  expect(text.split("\n")[0]).toBe(
    "### Surefoot preview: **changes** in 1 of 2 environments; **1 to delete**; **1 to replace**; **1 of them hold data**",
  );
  const order = [
    "Commit `a1b2c3d4e5f6`, against `main` (`ffffffffffff`).",
    "- **REPLACE** `database` (`aws:rds/instance`): **HOLDS DATA**, protected, forced by `engineVersion` (`16` -> `17`)",
    "- **DELETE** `queue` (`aws:ec2/instance`)",
    "- `dev`: nothing to change; 5 unchanged",
    "<details>\n<summary><code>prod</code>:",
    "```diff\n# tags.owner\n- ada\n+ bob\n```",
    "- `aws:ec2/instance`: `create-0`, `create-1`, `create-2`",
    "</details>",
  ].map((part) => text.indexOf(part));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(text).not.toContain("Left out");
});

it("tells rules, releases, cost, drift, remarks, failures, what is offline and what is not touched", () => {
  const rule = {
    resource: "db",
    type: "t",
    urn: "u",
    property: "size",
    what: "too big",
    mend: "smaller",
    unknown: false,
  };
  const cost = {
    currency: "USD" as const,
    region: "eu-central-1",
    date: "2026-01-01",
    before: 10,
    after: 12.5,
    delta: 2.5,
    items: [{ resource: "web", type: "t", what: "1 x t3.small", before: 10, after: 12.5 }],
    unknown: [],
  };
  const prod = environmentOf("prod", [], {
    offline: true,
    verdict: "refused",
    violations: [
      { ...rule, code: "sizes", level: "mandatory" },
      { ...rule, code: "tags", level: "advisory" },
      { ...rule, code: "open", level: "advisory", unknown: true },
    ],
    pins: [{ service: "app", from: "r1+aaa", to: "r2+bbb" }],
    drift: [
      changeOf("update", "group", { properties: [property("desired", 50, 60)] }),
      changeOf("delete", "gone"),
    ],
    cost,
  });
  const error = {
    code: "E_AWS_DENIED" as const,
    what: "may not read",
    state: "nothing was touched",
    next: "surefoot doctor",
    details: ["User x"],
  };
  const text = markdownOf(
    previewOf([prod, { environment: "staging", offline: false, verdict: "failed", error }], {
      skipped: [{ environment: "dev", why: "no file of it changed" }],
      remarks: ["the base could not be played"],
    }),
  );
  for (const part of [
    "**the preview failed** in 1 of 2 environments, **refused** in 1 of 2 environments",
    "_offline_: a folder played the cloud",
    "- `the base could not be played`",
    "- `staging` **FAILED** `E_AWS_DENIED`: `may not read`\n  - Now: `nothing was touched`\n  - Next: `surefoot doctor`\n  - `User x`",
    "- `prod` (offline): **refused**; 5 unchanged; 1 release to move; 2 drifted; about +2.50 USD a month",
    "- `prod` **REFUSED** `sizes`: `db` `size`: `too big`. Mend: `smaller`",
    "- `prod` advice `tags`",
    "- `prod` cannot be judged before the update: `open`: 1 place",
    "- `app`: `r1+aaa` -> `r2+bbb`",
    "1 x t3.small: 10 -> 12.50",
    "drifted `group` (`aws:ec2/instance`)\n\n```diff\n# desired\n- 50\n+ 60\n```",
    "gone: `gone`",
    "- `dev`: `no file of it changed`",
  ])
    expect(text).toContain(part);
  expect(isWhole(text)).toBe(true);
});

it("says so where nothing changes, and where nothing is touched", () => {
  expect(markdownOf(previewOf([environmentOf("prod", [])]))).toMatch(
    /^### Surefoot preview: nothing to change in 1 environment\n/,
  );
  expect(markdownOf(previewOf([]))).toMatch(/^### Surefoot preview: no environment is touched\n/);
});

const kinds: [string, (count: number) => Change[]][] = [
  ["created", (count) => many(count, "create")],
  [
    "updated",
    (count) => many(count, "update", { properties: [property("size", "x".repeat(200), "y".repeat(200))] }),
  ],
  ["deleted", (count) => many(count, "delete", { stateful: true })],
  [
    "replaced",
    (count) =>
      many(count, "replace", { forcedBy: ["a"], properties: [property("a", "ü".repeat(99), "€", true)] }),
  ],
  [
    "mixed",
    (count) => (["delete", "replace", "update", "create"] as const).flatMap((op) => many(count / 4, op)),
  ],
];
const sizes = [1, 200, 5000];

it.each(kinds.flatMap(([kind, make]) => sizes.map((count) => [count, kind, make] as const)))(
  "stays whole and below the limit with %i resources %s",
  (count, kind, make) => {
    for (const limit of [COMMENT_LIMIT, SUMMARY_LIMIT, 8000]) {
      const text = markdownOf(previewOf([environmentOf("prod", make(count))]), {
        limit,
        fullAt: "https://github.example/r/1",
      });
      expect(text.length).toBeLessThan(limit);
      expect(Buffer.byteLength(text)).toBeLessThan(limit);
      expect(isWhole(text)).toBe(true);
      if (kind === "deleted")
        expect(text.split("\n")[0]).toContain(`**${count} to delete**; **${count} of them hold data**`);
    }
  },
);

it("names every deletion as long as names fit, in full where there is room; what holds data goes first", () => {
  const data = many(3, "delete", { stateful: true }).map((one, index) => ({ ...one, name: `data-${index}` }));
  const of = (count: number): string =>
    markdownOf(previewOf([environmentOf("prod", [...many(count, "delete"), ...data])]));
  expect(of(200)).toContain("- **DELETE** `delete-199` (`aws:ec2/instance`)");
  const named = of(2000);
  expect(named).toContain("- **DELETE** `data-2` (`aws:ec2/instance`): **HOLDS DATA**");
  expect(named).toMatch(/^- \*\*DELETE\*\* 2000: `delete-0`, .*`delete-1999`$/m);
  const most = of(5000);
  expect(most).toMatch(/^- \*\*DELETE\*\* \d+: `data-0` \*\*HOLDS DATA\*\*, `data-1` \*\*HOLDS DATA\*\*, /m);
  const [, told, rest] =
    /^- \*\*DELETE\*\* (\d+): [\s\S]*\*\*and (\d+) more to delete, 0 more to replace, 0 of them hold data/m.exec(
      most,
    ) ?? [];
  expect(Number(told) + Number(rest)).toBe(5003);
  expect(Number(told)).toBeGreaterThan(2500);
  expect(most).toMatch(
    /Left out here, for want of room: \d+ deletions and replacements; `surefoot preview --json`/,
  );
});

it("counts what is left out and says where it is; one long environment leaves the others their part", () => {
  const long = environmentOf("prod", many(5000, "create"));
  const small = environmentOf("dev", [changeOf("update", "web", { properties: [property("a", 1, 2)] })]);
  const text = markdownOf(previewOf([long, small]), {
    fullAt: "https://github.example/acme/game/actions/runs/1",
  });
  const left = /and (\d+) more creates, left out here/.exec(text)?.[1];
  expect(text.match(/`create-\d+`/g)).toHaveLength(5000 - Number(left));
  expect(text).toContain("update `web`");
  expect(text).toContain(
    `_Left out here, for want of room: ${left} creates; all of it is in the step summary and the artifact: [the run](https://github.example/acme/game/actions/runs/1)._`,
  );
});

it("gives each of several long environments its part", () => {
  const names = ["a", "b", "c"];
  const long = names.map((name) => environmentOf(name, many(4000, "create", { name: `of-${name}` })));
  const text = markdownOf(previewOf(long));
  const counts = names.map((name) => text.split(`\`of-${name}\``).length - 1);
  expect(Math.min(...counts)).toBeGreaterThan(Math.max(...counts) / 2);
});

it("shortens a change that is too long for a comment, and tells all of it in the summary", () => {
  const properties = Array.from({ length: 900 }, (_, index) =>
    property(`p${index}`, "a\n".repeat(300), "b".repeat(4000)),
  );
  const preview = previewOf([environmentOf("prod", [changeOf("update", "web", { properties })])]);
  const comment = markdownOf(preview);
  expect(comment).toContain("# and 870 more properties");
  expect(comment).toContain("# and 293 more lines");
  const small = markdownOf(preview, { limit: 6000 });
  expect(small).toContain("update `web` (`aws:ec2/instance`): 900 properties");
  expect(small).toContain("1 updates in detail");
  const few = previewOf([
    environmentOf("prod", [changeOf("update", "web", { properties: properties.slice(0, 100) })]),
  ]);
  expect(markdownOf(few, { limit: SUMMARY_LIMIT })).toContain(`+ ${"b".repeat(4000)}\n`);
});

it("has a verdict and stays below the limit with thousands of environments", () => {
  const all: EnvironmentPreview[] = Array.from({ length: 3000 }, (_, index) =>
    environmentOf(`e${index}`, [changeOf("delete", "queue"), changeOf("create", "web")]),
  );
  const text = markdownOf(
    previewOf(all, { skipped: Array.from({ length: 999 }, () => ({ environment: "s", why: "w" })) }),
  );
  expect(text).toMatch(/^### .*\*\*changes\*\* in 3000 of 3000 environments; \*\*3000 to delete\*\*\n/);
  expect(Buffer.byteLength(text)).toBeLessThan(COMMENT_LIMIT);
  expect(isWhole(text)).toBe(true);
});
