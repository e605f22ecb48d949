// Puts a release into the shape of its pods: the infra plane says what a pod is, this says which release it runs. Pure.
import { createHash } from "node:crypto";
import type { KubeObject } from "../../drivers/kube-client.ts";
import { labelKeys } from "../../../infra/platforms/kubernetes/labels.ts";
import type { Deployable } from "../fleet.ts";
import { annotation } from "./rollouts.ts";
import type { PodTemplate } from "./rollouts.ts";

/** The shape of a service's pods, as the infra plane keeps it in the cluster. */
export interface PodTemplateObject extends KubeObject {
  template: PodTemplate;
}

interface Container {
  name: string;
  [key: string]: unknown;
}

/** What pins a release in the cluster: its image by digest, its config and its secrets by the hash in their names. */
export interface Pinned {
  image: string;
  config: string;
  /** Null: the service has no secrets. */
  secrets: string | null;
}

/** 12 hex digits; changes with anything in the shape. */
export function shapeOf({ template }: Pick<PodTemplateObject, "template">): string {
  return hashed(template);
}

/** The pods' template of a release. Throws where the shape has no container of the service's name: that is a mistake in the program. */
export function templateOf(
  { template }: Pick<PodTemplateObject, "template">,
  service: string,
  deployable: Deployable,
  { image, config, secrets }: Pinned,
): PodTemplate {
  const containers = (template.spec["containers"] ?? []) as Container[];
  if (!containers.some(({ name }) => name === service))
    throw new Error(`the shape of ${service} has no container ${service}`);
  const envFrom = [
    { configMapRef: { name: config } },
    ...(secrets === null ? [] : [{ secretRef: { name: secrets } }]),
  ];
  const release = {
    image,
    command: ["/bin/sh", "-c", unexpanded(deployable.start)],
    workingDir: releaseFolder,
    envFrom,
  };
  return {
    metadata: {
      labels: { ...template.metadata?.labels, [labelKeys.release]: deployable.release },
      annotations: {
        ...template.metadata?.annotations,
        [annotation.deployable]: deployable.id,
        [annotation.shape]: shapeOf({ template }),
        [annotation.seal]: sealOf(release),
      },
    },
    spec: {
      ...template.spec,
      containers: containers.map((container) =>
        container.name === service ? { ...container, ...release } : container,
      ),
    },
  };
}

/** The kubelet puts variables in for `$(NAME)` and takes `$$` for `$` before a shell sees it; a start command is the shell's alone. */
const unexpanded = (start: string): string => start.replaceAll("$", "$$$$");

type Released = Record<"image" | "command" | "workingDir" | "envFrom", unknown>;

const sealOf = ({ image, command, workingDir, envFrom }: Released): string =>
  hashed({ image, command, workingDir, envFrom });

/** False where another hand has put something else in place of the release: who sets an image leaves the annotations as they are. */
export function isSealed({ metadata, spec }: PodTemplate): boolean {
  const seal = metadata?.annotations?.[annotation.seal];
  const containers = (spec["containers"] ?? []) as Released[];
  return seal === undefined || containers.some((container) => sealOf(container) === seal);
}

/** Where a release's files are in its image. */
export const releaseFolder = "/release";

// Not canonical(): keys that are numbers come first here. Running pods bear these hashes, and another one would restart them.
const sortedKeys = (_key: string, value: unknown): unknown =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const hashed = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value, sortedKeys)).digest("hex").slice(0, 12);
