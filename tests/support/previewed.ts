// Makes previews of changes to render: of real judgements over made-up plans, as large and as hostile as a test wants.
import type { Description } from "../../environments/shape.ts";
import type { PlannedResource } from "../../infra/planned.ts";
import type { ChangePreview, EnvironmentPreview, FailedPreview } from "../../pipelines/preview/document.ts";
import { judgePlan } from "../../pipelines/preview/run.ts";
import { planned, prod, types } from "../infra/policies/planned.ts";

const description = { ...prod, region: "eu-central-1" } as unknown as Description;

export function previewed(
  resources: PlannedResource[],
  more: Partial<EnvironmentPreview> = {},
): EnvironmentPreview {
  const judged = judgePlan(resources, description);
  return { environment: "prod", offline: false, ...judged, seconds: 1, pins: [], drift: null, ...more };
}

export const failed = (environment: string, what: string): FailedPreview => ({
  environment,
  offline: false,
  verdict: "failed",
  error: { code: "E_ENGINE", what, state: "nothing was changed", next: "mend it", details: [what] },
});

export function changed(
  environments: ChangePreview["environments"],
  more: Partial<ChangePreview> = {},
): ChangePreview {
  const head = { commit: "0123456789abcdef0123456789abcdef01234567", dirty: false };
  const base = { ref: "main", commit: "fedcba9876543210fedcba9876543210fedcba98" };
  return { schema: 1, head, base, environments, skipped: [], ...more };
}

/** A plan with so many resources that change, of every type and in every way. */
export const manyChanged = (count: number): PlannedResource[] =>
  Array.from({ length: count }, (_, index) =>
    planned(
      Object.values(types)[index % 17] ?? "",
      `resource-${index}`,
      { a: index, tags: { n: `${index}` }, list: [1, index] },
      {
        op: (["update", "replace", "create"] as const)[index % 3] ?? "update",
        old: { a: -1, tags: { n: "x" }, list: [1] },
        replaceKeys: ["a"],
      },
    ),
  );
