// Previews of changes, of any size, as the Markdown, the comment and the summary are made from.
import type { ChangePreview, EnvironmentPreview } from "../../pipelines/preview/document.ts";
import type { Change } from "../../pipelines/preview/plan.ts";

export function changeOf(op: Change["op"], name: string, more: Partial<Change> = {}): Change {
  const type = "aws:ec2/instance:Instance";
  const plain = { protect: false, stateful: false, forcedBy: [], properties: [] };
  return { op, type, name, urn: `urn:pulumi:prod::game::${type}::${name}`, ...plain, ...more };
}

/** An environment whose counts and verdict follow from its changes. */
export function environmentOf(
  environment: string,
  changes: Change[],
  more: Partial<EnvironmentPreview> = {},
): EnvironmentPreview {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, same: 5, read: 0, refresh: 0 };
  for (const { op } of changes) counts[op] += 1;
  return {
    environment,
    offline: false,
    verdict: changes.length > 0 ? "changes" : "clean",
    counts,
    changes,
    violations: [],
    cost: null,
    unpriced: null,
    seconds: 1,
    pins: [],
    drift: null,
    ...more,
  };
}

export function previewOf(
  environments: ChangePreview["environments"],
  more: Partial<ChangePreview> = {},
): ChangePreview {
  const head = { commit: "a1b2c3d4e5f6".padEnd(40, "0"), dirty: false };
  return { schema: 1, head, base: null, environments, skipped: [], ...more };
}
