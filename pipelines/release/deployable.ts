// A release as it goes on a node: its artifact together with the config it has in this environment.
import type { Service } from "../../environments/shape.ts";
import { Refusal } from "../errors.ts";
import type { Deployable } from "../rollout/fleet.ts";
import { configHash, resolveConfig } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";

/** Joins manifest and description. Refuses with E_CONFIG, all keys at once, before anything is touched. */
export function deployableOf(manifest: Manifest, service: Service, environment: string): Deployable {
  const { config, complaints } = resolveConfig(manifest, service.config, environment);
  if (complaints.length > 0) {
    throw new Refusal("E_CONFIG", {
      what: `${service.name} ${manifest.release} is not given the config it needs in ${environment}`,
      state: "nothing was started",
      next: `add the keys under services.${service.name}.config in the description of ${environment}, then deploy again`,
      details: complaints.map(({ text }) => text),
    });
  }
  const hash = configHash(config);
  const { release, digest, start } = manifest;
  return { id: `${release}+${hash.slice(0, 8)}`, release, digest, configHash: hash, config, start };
}

/** The release part of an id that a node reports: `r2+3fa9c1d2` is r2. */
export function releaseOf(id: string | null): string | null {
  return id?.split("+")[0] ?? null;
}
