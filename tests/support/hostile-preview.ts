// A preview in which one text stands everywhere that a text from outside may stand.
import type { ChangePreview } from "../../pipelines/preview/document.ts";
import { changeOf, environmentOf, previewOf } from "./change-preview.ts";

/** `text` as name, type, path, value, rule, cost, release, failure, remark, branch and environment. */
export function previewFullOf(text: string): ChangePreview {
  const property = {
    path: text,
    kind: "changed",
    before: text,
    after: `${text}\n${text}`,
    forces: true,
  } as const;
  const more = { type: `a:${text}:b`, urn: text, protect: true, forcedBy: [text], properties: [property] };
  const changes = (["delete", "replace", "update", "create"] as const).map((op) =>
    changeOf(op, text, {
      ...more,
      ...(op === "delete" ? { properties: [] } : {}),
      stateful: op === "delete",
    }),
  );
  const rule = { code: text, resource: text, type: text, urn: text, property: text, what: text, mend: text };
  const item = { resource: text, type: text, what: text, before: 1, after: 2 };
  const unknown = [{ resource: text, type: text, why: text }];
  const prod = environmentOf(text, changes, {
    offline: true,
    verdict: "refused",
    violations: (["mandatory", "advisory"] as const).flatMap((level) =>
      [true, false].map((open) => ({ ...rule, level, unknown: open })),
    ),
    pins: [{ service: text, from: text, to: text }],
    drift: changes,
    cost: {
      currency: "USD",
      region: text,
      date: text,
      before: 1,
      after: 2,
      delta: 1,
      items: [item],
      unknown,
    },
    unpriced: text,
  });
  const error = { code: "E_AWS" as const, what: text, state: text, next: text, details: [text, text] };
  return previewOf([prod, { environment: text, offline: false, verdict: "failed", error }], {
    head: { commit: text, dirty: true },
    base: { ref: text, commit: text },
    skipped: [{ environment: text, why: text }],
    remarks: [text],
  });
}
