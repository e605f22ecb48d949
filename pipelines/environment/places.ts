// Where an environment's things are: which store, which releases, which platform driver, which pins file.
import { join } from "node:path";
import type { EnvironmentName } from "../../environments/name.ts";
import type { Description } from "../../environments/shape.ts";
import { localRoot, stateFolder } from "../../infra/names.ts";
import type { AwsOutputs, Outputs } from "../../infra/outputs.ts";
import { openArtifacts } from "../drivers/artifacts.ts";
import type { Artifacts } from "../drivers/artifacts.ts";
import { openLocalPlatform } from "../drivers/local-platform.ts";
import type { Platform } from "../drivers/platform.ts";
import type { Place } from "../drivers/store-s3-reach.ts";
import { openStore } from "../drivers/store-sqlite.ts";
import type { Store } from "../drivers/store.ts";

/** What decides whether things are the team's or this clone's own. */
export type Sharing = Pick<Description, "state" | "platform">;

/** The team's place where the description names one; undefined: this clone alone. A rehearsal is always this clone's. */
export function sharedPlace({ state, platform }: Sharing): Place | undefined {
  if (state === undefined || platform === "local") return undefined;
  return { bucket: state.bucket, region: state.region, prefix: "surefoot/" };
}

/** Lease, journal and ledger: the team's, or this clone's own. */
export async function storeOf(repo: string, sharing: Sharing): Promise<Store> {
  const place = sharedPlace(sharing);
  if (place === undefined) return openStore(join(stateFolder(repo), "store"));
  const { openS3Store } = await import("../drivers/store-s3.ts");
  return openS3Store(place);
}

/** Releases: the team's, with copies here, or this clone's own. Nothing is asked of AWS before they are used. */
export async function artifactsOf(repo: string, sharing: Sharing): Promise<Artifacts> {
  const local = openArtifacts(stateFolder(repo));
  const place = sharedPlace(sharing);
  if (place === undefined) return local;
  const { openReleaseBucket } = await import("../drivers/artifacts-bucket.ts");
  const { shareArtifacts } = await import("../drivers/artifacts-shared.ts");
  return shareArtifacts(local, openReleaseBucket(place));
}

export interface PlatformParts {
  repo: string;
  name: EnvironmentName;
  description: Description;
  /** What the infra plane tells. */
  outputs: () => Promise<Outputs | undefined>;
  /** Gives the verified file of a digest. */
  artifact: (digest: string) => Promise<string>;
}

/** The platform's driver. Its libraries are loaded only where it is used. */
export async function platformOf({
  repo,
  name,
  description,
  outputs,
  artifact,
}: PlatformParts): Promise<Platform> {
  switch (description.platform) {
    case "local":
      return openLocalPlatform(localRoot(repo, name), artifact);
    case "ssh":
      return (await import("../drivers/ssh-platform.ts")).openSshPlatform(repo, description, artifact);
    case "aws": {
      const { openAwsPlatform } = await import("../drivers/aws-platform.ts");
      return openAwsPlatform({ repo, description, artifact, outputs: async () => awsOnly(await outputs()) });
    }
    case "kubernetes": {
      const { openKubernetesPlatform } = await import("../drivers/kubernetes-platform.ts");
      const { configOf } = await import("../drivers/kube-config.ts");
      const config = () => configOf(description.kubernetes.context ?? "");
      const edge = async () => edgeOf(await outputs());
      return openKubernetesPlatform({ description, config, artifact, edge });
    }
  }
}

const awsOnly = (outputs: Outputs | undefined): AwsOutputs | undefined =>
  outputs?.platform === "aws" ? outputs : undefined;

const edgeOf = (outputs: Outputs | undefined): string | null =>
  outputs?.platform === "kubernetes" ? outputs.edge : null;

/** Real pins are in git; those of a rehearsal are not. */
export function pinsFile(repo: string, { local, description }: EnvironmentName): string {
  if (local) return join(stateFolder(repo), "pins", `${description}.json`);
  return join(repo, "environments", "releases", `${description}.json`);
}
