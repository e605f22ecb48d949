// Plans a release: which name it will get, what its build is told and which defaults it carries, before anything runs.
import { configRules } from "../../environments/config-rules.ts";
import { Refusal } from "../errors.ts";
import { configHash, releaseName } from "./manifest.ts";
import type { Config, Manifest, Needs } from "./manifest.ts";

/** The part of a described service that a release is made from. */
export interface ReleasableService {
  name: string;
  /** Folder in the repository. */
  source: string;
  build: string;
  start: string;
  needs: Needs;
}

export interface ReleaseRequest {
  service: ReleasableService;
  release?: string | undefined;
  set: Config;
  /** Full hash of the checked out commit, null without git; dirty: the source folder differs from it. */
  commit: string | null;
  dirty: boolean;
}

export interface ReleasePlan {
  service: ReleasableService;
  /** Null while the name still depends on the digest. */
  release: string | null;
  version: string;
  commit: string | null;
  config: Config;
}

/** Throws Refusal E_RELEASE_NAME or E_RELEASE_CONFIG. */
export function planRelease(request: ReleaseRequest): ReleasePlan {
  const { service, release, set, commit, dirty } = request;
  if (release !== undefined && !releaseName.test(release)) {
    throw new Refusal("E_RELEASE_NAME", {
      what: `${JSON.stringify(release)} cannot name a release.`,
      state: "Nothing was built.",
      next: "Use up to 41 lower case letters, digits, dots, hyphens and underscores, such as r1.",
    });
  }
  refuseConfig(set);
  const short = commit?.slice(0, 10);
  const clean = dirty ? undefined : short;
  const version = release ?? clean ?? (short ? `${short}-dirty` : "untracked");
  return { service, release: release ?? clean ?? null, version, commit, config: set };
}

/** The name of a planned release: the wished one, the clean commit, or one that the digest makes unique. */
export function nameOf(plan: Pick<ReleasePlan, "release" | "commit">, digest: string): string {
  const hex = digest.replace("sha256:", "");
  return plan.release ?? (plan.commit ? `${plan.commit.slice(0, 10)}-${hex.slice(0, 8)}` : hex.slice(0, 12));
}

/** The manifest of a planned release whose artifact is stored. */
export function manifestOf(
  plan: ReleasePlan,
  artifact: { digest: string; bytes: number },
  built: { by: string; at: Date },
): Manifest {
  const { service, version, commit, config } = plan;
  return {
    service: service.name,
    release: nameOf(plan, artifact.digest),
    version,
    commit,
    digest: artifact.digest,
    bytes: artifact.bytes,
    start: service.start,
    needs: service.needs,
    config,
    configHash: configHash(config),
    builtBy: built.by,
    builtAt: built.at.toISOString(),
  };
}

function refuseConfig(set: Config): void {
  const odd = Object.entries(set).flatMap(([key, value]) => {
    if (!/^[A-Z][A-Z0-9_]{0,99}$/.test(key))
      return [`${JSON.stringify(key)} is not a key such as IMAGE_HOST`];
    // oxlint-disable-next-line no-control-regex -- neither fits into an environment variable on the node
    return /[\0\r\n]/.test(value) ? [`${key} holds a line break or NUL`] : [];
  });
  const reserved = configRules({ needs: {}, config: set });
  const details = [...odd, ...reserved.map(({ path, message }) => `${String(path.at(-1))}: ${message}`)];
  if (details.length === 0) return;
  throw new Refusal("E_RELEASE_CONFIG", {
    what: "A release cannot carry these defaults.",
    state: "Nothing was built.",
    next: "Correct --set KEY=VALUE.",
    details,
  });
}
