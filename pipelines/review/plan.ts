// Makes the plan that people approve from what the engine would do and what is known around it. Pure.
import type { PlannedResource } from "../../infra/planned.ts";
import { planDiff } from "../preview/plan.ts";
import type { Change } from "../preview/plan.ts";
import { maskDocument } from "../masking/masked.ts";
import { plainSecrets } from "../masking/plain-secrets.ts";
import { onlyMasking } from "../masking/registered.ts";
import { maskNamed } from "../masking/secrets.ts";
import type { ChangePlan, ReviewedResource } from "./change.ts";
import { hashOf } from "./digest.ts";

/** Everything of a plan but its resources: it is known before the engine is asked. */
export type PlanGround = Omit<ChangePlan, "schema" | "resources">;

const byText =
  <T>(textOf: (one: T) => string) =>
  (a: T, b: T): number => {
    const [left, right] = [textOf(a), textOf(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  };

/** The plan; the same facts give the same plan, in whatever order they come. */
export function changePlan(ground: PlanGround, planned: readonly PlannedResource[]): ChangePlan {
  const inputs = new Map(planned.map((one) => [one.urn, inputsHash(one)]));
  const { changes } = planDiff(planned);
  const shown = onlyMasking(plainSecrets(planned), () => maskDocument(changes));
  const resources = changes.map((change, index) => ({
    ...reviewed(change, inputs.get(change.urn) ?? ""),
    properties: shown[index]?.properties.toSorted(byText(({ path }) => path)) ?? [],
  }));
  return {
    ...ground,
    schema: 1,
    ranges: ground.ranges.toSorted(byText(({ part }) => part)),
    resources: resources.toSorted(byText(({ urn }) => urn)),
    releases: ground.releases.toSorted(byText(({ service }) => service)),
    pins: ground.pins.toSorted(byText(({ service }) => service)),
  };
}

/** True where nothing would be done that people could object to. */
export function isEmpty({ resources, releases, pins }: ChangePlan): boolean {
  return resources.length === 0 && releases.length === 0 && pins.every(({ known }) => known);
}

/** Resources that hold data and would be deleted or replaced. */
export function endingData({ resources }: ChangePlan): ReviewedResource[] {
  return resources.filter(({ op, stateful }) => stateful && (op === "delete" || op === "replace"));
}

/** Those that nobody named: a name counts where it is the name of one that ends, else only the URN does. */
export function unnamed(plan: ChangePlan, acknowledged: readonly string[]): ReviewedResource[] {
  const ending = endingData(plan);
  const alone = (name: string): boolean => ending.filter((one) => one.name === name).length === 1;
  return ending.filter(
    ({ urn, name }) => !acknowledged.includes(urn) && !(acknowledged.includes(name) && alone(name)),
  );
}

function reviewed(change: Change, inputs: string): Omit<ReviewedResource, "properties"> {
  const { urn, type, name, op, protect, stateful, forcedBy } = change;
  return { urn, type, name, op, protect, stateful, forcedBy: forcedBy.toSorted(), inputs };
}

/** Only what the engine masked or a telling name covers is left out: what is stored beside signatures must not let anybody try passwords. */
const inputsHash = ({ old, new: wanted }: PlannedResource): string =>
  hashOf([maskNamed("", old), maskNamed("", wanted)]);
