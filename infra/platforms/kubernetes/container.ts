// The one container of a pod, without its release: what it is given, what it is asked, what it may not.
import type { Service } from "../../../environments/shape.ts";
import { drainCommand } from "./drain.ts";
import { labelKeys } from "./labels.ts";
import { PORT, PORT_NAME } from "./port.ts";
import { probes } from "./probes.ts";
import { bytesText, coresText, millicores } from "./quantities.ts";

// The only place that a service can write to; empty at each start of a pod, kept over restarts in it.
const SCRATCH_FOLDER = "/tmp";
const DRAIN_FILE = `${SCRATCH_FOLDER}/drain`;

/** The container named as the service. `image` stands in until a release is there: command and config come with it. */
export function container(service: Service, image: string): object {
  const memory = bytesText(service.resources.memory);
  return {
    name: service.name,
    image,
    imagePullPolicy: "IfNotPresent",
    ports: [{ name: PORT_NAME, containerPort: PORT, protocol: "TCP" }],
    env: environment(service.name),
    ...probes(service),
    lifecycle: { preStop: { exec: { command: drainCommand(service) } } },
    // No limit of cores: a service that is held back at its busiest moment answers late, and nobody is better off.
    resources: {
      requests: { cpu: coresText(millicores(service.resources.cpu)), memory },
      limits: { memory },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [{ name: "scratch", mountPath: SCRATCH_FOLDER }],
  };
}

// The contract of a service (examples/README.md), as node.sh keeps it on other platforms.
function environment(service: string): object[] {
  const given = {
    PORT: String(PORT),
    HOST: "0.0.0.0",
    HOME: SCRATCH_FOLDER,
    SERVICE: service,
    DRAIN_FILE,
    // Where the cluster's collector of logs reads.
    ACCESS_LOG: "/dev/stdout",
  };
  const asked = {
    NODE_NAME: "metadata.name",
    NODE_ZONE: `metadata.labels['${labelKeys.zone}']`,
    RELEASE: `metadata.labels['${labelKeys.release}']`,
  };
  return [
    ...Object.entries(given).map(([name, value]) => ({ name, value })),
    ...Object.entries(asked).map(([name, fieldPath]) => ({
      name,
      valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } },
    })),
  ];
}
