// Gathers what decides which environments a change reaches: their descriptions, what their programs are made of.
import { join } from "node:path";
import { parse } from "yaml";
import { fileLabel, readDescription } from "../../environments/folder.ts";
import { loadDescription } from "../../environments/loader.ts";
import { importGraphs } from "../drivers/import-graph.ts";
import type { ChangeFacts, EnvironmentFacts } from "./affected.ts";

/** The facts of a change that touches `paths`; null: it is not known what it touches. */
export async function changeFacts(
  repo: string,
  names: readonly string[],
  paths: string[] | null,
): Promise<ChangeFacts> {
  const environments = names.map((name) => environmentFacts(repo, name));
  const platforms = environments.flatMap(({ platform }) => (platform === null ? [] : [platform]));
  const asked = paths !== null && paths.length > 0 ? [...new Set(platforms)] : [];
  return { paths, environments, graphs: await importGraphs(repo, asked) };
}

function environmentFacts(repo: string, name: string): EnvironmentFacts {
  const folder = join(repo, "environments");
  const described = chainOf(folder, name);
  const loaded = loadDescription(folder, name);
  if (!loaded.ok) return { name, platform: null, described, reads: [], sources: [], opaque: null };
  const { platform, services, ssh } = loaded.description;
  const listed = platform === "ssh" && ssh.command !== undefined;
  return {
    name,
    platform,
    described,
    reads: ssh.config === undefined ? [] : [ssh.config],
    sources: Object.values(services).flatMap(({ source, inputs, contracts = [] }) =>
      [source, inputs, contracts].flat(),
    ),
    opaque: listed ? "a command lists its machines, and nobody knows what that reads" : null,
  };
}

/** A description and all that it extends; mistakes in them are for the loader to tell. */
function chainOf(folder: string, name: string): string[] {
  const chain: string[] = [];
  for (let next: unknown = name; typeof next === "string";) {
    const label = fileLabel(folder, next);
    const file = readDescription(folder, next);
    if (chain.includes(label) || !file.ok) break;
    chain.push(label);
    next = extendsOf(file.text);
  }
  return chain;
}

function extendsOf(text: string): unknown {
  try {
    return (parse(text, { maxAliasCount: 0 }) as { extends?: unknown } | null)?.extends;
  } catch {
    return undefined;
  }
}
