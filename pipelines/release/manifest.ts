// What a release is: the digest of its bytes, how it starts and what it was configured with, pinned together.
import { createHash } from "node:crypto";
import { z } from "zod";
import { configRules } from "../../environments/config-rules.ts";
import { canonical } from "../canonical.ts";

export const releaseName = /^[a-z0-9][a-z0-9._-]{0,40}$/;
export const serviceName = /^[a-z0-9][a-z0-9-]{0,62}$/;
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

export const manifestSchema = z.strictObject({
  service: z.string().regex(serviceName),
  release: z.string().regex(releaseName),
  /** What the build was told it is, as VERSION; `unknown` for an archive built elsewhere. */
  version: z.string(),
  commit: z.string().nullable(),
  digest,
  bytes: z.number().int().positive(),
  start: z.string(),
  needs: z.record(z.string(), z.enum(["string", "url", "integer", "boolean"])),
  /** The release's own defaults, from `--set`. */
  config: z.record(z.string(), z.string()),
  configHash: z.string().regex(/^[0-9a-f]{12}$/),
  builtBy: z.string(),
  builtAt: z.iso.datetime(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type Needs = Manifest["needs"];
export type Config = Record<string, string>;

/** A key that a service needs and was not given, or was given in the wrong form. */
export interface ConfigComplaint {
  key: string;
  service: string;
  environment: string;
  text: string;
}

/** First 12 hex digits of sha256 over the JSON of a configuration with its keys sorted by code unit. */
export function configHash(values: Config): string {
  return createHash("sha256").update(canonical(values)).digest("hex").slice(0, 12);
}

/** What must be equal for two manifests to be the same release: what runs, not who built it, when or from where. */
export function contentOf(manifest: Manifest): string {
  const { start, needs } = manifest;
  return JSON.stringify([manifest.digest, canonical(manifest.config), start, canonical(needs)]);
}

/** The configuration that a release runs with in an environment, where the environment has the last word. */
export function resolveConfig(
  manifest: Pick<Manifest, "service" | "config" | "needs">,
  serviceConfig: Config,
  environment: string,
): { config: Config; complaints: ConfigComplaint[] } {
  const { service, needs } = manifest;
  const config = { ...manifest.config, ...serviceConfig };
  const complaints = configRules({ needs, config }).map(({ path, message }) => {
    const key = String(path.at(-1));
    return { key, service, environment, text: `${service} in ${environment}, ${key}: ${message}` };
  });
  return { config, complaints };
}
