// The shape of a service's pods, without a release in it: the release plane makes pods of it, with the next deploy.
import * as kubernetes from "@pulumi/kubernetes";
import type { Service } from "../../../environments/shape.ts";
import { container } from "./container.ts";
import type { Context } from "./context.ts";
import { graceSeconds } from "./drain.ts";
import { labelKeys, labelsOf, selectorOf } from "./labels.ts";

// Of nobody: no image has files of this user, no machine a login.
const USER = 10_001;
const SCRATCH_SIZE = "1Gi";

/** Declares it. Throws where the description names no image to lay releases upon. */
export function podTemplate(context: Context, service: Service): kubernetes.core.v1.PodTemplate {
  const { description, metadata, options } = context;
  const { base } = description.kubernetes;
  if (base === undefined)
    throw new Error("pods need an image that releases are laid upon: write kubernetes: {base: ...}");
  const template = {
    metadata: { labels: labelsOf(description.name, service.name) },
    spec: podSpec(context, service, base),
  };
  return new kubernetes.core.v1.PodTemplate(
    service.name,
    { metadata: metadata(service.name, service.name), template },
    options,
  );
}

function podSpec(
  { description, placement }: Context,
  service: Service,
  image: string,
): kubernetes.types.input.core.v1.PodSpec {
  const { pullSecret } = description.kubernetes;
  return {
    serviceAccountName: service.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: graceSeconds(service),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraints: spread(selectorOf(description.name, service.name)),
    ...(pullSecret === undefined ? {} : { imagePullSecrets: [{ name: pullSecret }] }),
    containers: [container(service, image) as kubernetes.types.input.core.v1.Container],
    ...placement(service),
    volumes: [{ name: "scratch", emptyDir: { sizeLimit: SCRATCH_SIZE } }],
  };
}

// One a machine where there are enough machines: losing one loses one. Machines that take no pods (cordoned, lost, of the
// control plane) are not counted, or their emptiness would hold up all others. Zones are evened out as far as there is room.
function spread(
  matchLabels: Record<string, string>,
): kubernetes.types.input.core.v1.TopologySpreadConstraint[] {
  const common = { maxSkew: 1, labelSelector: { matchLabels }, nodeTaintsPolicy: "Honor" };
  return [
    { ...common, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "DoNotSchedule" },
    { ...common, topologyKey: labelKeys.zone, whenUnsatisfiable: "ScheduleAnyway" },
  ];
}
