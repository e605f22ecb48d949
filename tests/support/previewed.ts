// Makes previews of changes to render: of real judgements over made-up plans, as large and as hostile as a test wants.
import type { Description } from "../../environments/shape.ts";
import type { PlannedResource } from "../../infra/planned.ts";
import type { ChangePreview, EnvironmentPreview, FailedPreview } from "../../pipelines/preview/document.ts";
import { judgePlan } from "../../pipelines/preview/run.ts";
import { prod } from "../infra/policies/planned.ts";

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
