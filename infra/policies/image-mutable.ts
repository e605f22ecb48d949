// Rule: an image is named by its digest: a tag may be another image tomorrow, in the middle of a restart.
import { kubernetesTypes as types } from "./kubernetes-kinds.ts";
import { overPods } from "./pods.ts";
import { demand, isObject } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";

const pinned = (image: unknown): boolean => typeof image === "string" && /@sha256:[0-9a-f]{64}$/.test(image);

const named = (inputs: Inputs, property: string): Finding[] =>
  demand(inputs, property, pinned, {
    what: `the image ${JSON.stringify(inputs[property] ?? "")} is not named by its digest`,
    mend: "write it as name@sha256:<64 hex digits>",
  });

const inPods = overPods({ container: (container) => named(container, "image") });

export const imageMutable: Rule = {
  code: "image-mutable",
  what: "every image is named by its digest",
  check: (resource, context) => {
    if (resource.type !== types.database) return inPods(resource, context);
    const spec = resource.op === "read" ? undefined : resource.new?.["spec"];
    // Without one the operator takes it from a catalog, or its own: those it pins itself.
    if (!isObject(spec) || spec["imageName"] === undefined) return [];
    return named(spec, "imageName").map((finding) => ({ ...finding, property: `spec.${finding.property}` }));
  },
};
