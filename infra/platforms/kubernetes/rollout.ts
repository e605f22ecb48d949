// The Rollout of a service without its release: size, selector, strategy, and the questions that judge a release.
import type { Service } from "../../../environments/shape.ts";
import { analysisTemplates } from "./analysis.ts";
import type { Context } from "./context.ts";
import { analysisKind, customObject, rolloutKind } from "./custom-object.ts";
import { selectorOf } from "./labels.ts";
import { rolloutStrategy } from "./strategy.ts";

// Fields of the release plane are other fields. Ours are ours again even after somebody scaled by hand, or a scaler went.
const annotations = { "pulumi.com/patchForce": "true" };

/**
 * Declares Rollout and AnalysisTemplates. Template, steps and pause are the release plane's: until the first release Argo
 * says that the spec is invalid, and no pod is there.
 */
export function rollout(context: Context, service: Service): void {
  const { description, metadata, options } = context;
  const place = { namespace: context.namespace, prometheus: description.kubernetes.prometheus };
  for (const { name, spec } of analysisTemplates(service, place))
    customObject(context, analysisKind, metadata(name, service.name), spec);
  customObject(
    context,
    rolloutKind,
    metadata(service.name, service.name, annotations),
    {
      // Also where a scaler moves it: one that finds no number takes itself for switched off.
      replicas: service.nodes,
      selector: { matchLabels: selectorOf(description.name, service.name) },
      ...rolloutStrategy(service),
    },
    service.scaling === undefined ? options : { ...options, ignoreChanges: ["spec.replicas"] },
  );
}
