// Tells a person which release was made.
import type { Manifest } from "./manifest.ts";

/** The lines after `surefoot release`; `kept`: the very same release existed before; `bucket`: the team's that has it. */
export function reportRelease(made: { manifest: Manifest; kept: boolean }, bucket?: string): string[] {
  const { manifest, kept } = made;
  const { service, release, digest, bytes, commit, config } = manifest;
  const origin = commit === null ? "no commit" : `commit ${commit.slice(0, 10)}`;
  const pairs = Object.entries(config).map(([key, value]) => `${key}=${value}`);
  return [
    `${service} ${release} ${kept ? "exists already, unchanged" : "is built and stored"}`,
    `  digest ${digest} (${size(bytes)}), ${origin}, built by ${manifest.builtBy}`,
    ...(pairs.length > 0 ? [`  with ${pairs.join(" ")} (configuration ${manifest.configHash})`] : []),
    ...(bucket === undefined ? [] : [`  shared with the team in the bucket ${bucket}`]),
  ];
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
