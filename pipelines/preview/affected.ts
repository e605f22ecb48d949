// Which environments a change reaches, from the paths that it touches. When in doubt it reaches them. Pure.
import type { Description } from "../../environments/shape.ts";
import { clean } from "./words.ts";

export type Platform = Description["platform"];

export interface EnvironmentFacts {
  name: string;
  /** null: its description cannot be read. */
  platform: Platform | null;
  /** Its description and all that it extends: `environments/prod.yaml`. */
  described: string[];
  /** Further files that its program reads. */
  reads: string[];
  /** Folders and files that only releases are built from. */
  sources: string[];
  /** Why nobody can tell what reaches it; null: it can be told. */
  opaque: string | null;
}

export interface ChangeFacts {
  /** From the root; null: it is not known what was changed. */
  paths: string[] | null;
  environments: EnvironmentFacts[];
  /** Files that a platform's program is made of; null: it could not be found out. */
  graphs: ReadonlyMap<Platform, ReadonlySet<string> | null>;
}

export interface Reached {
  environment: string;
  affected: boolean;
  why: string;
}

/** Every environment, in the order given, with why it is affected or not. */
export function reachedBy({ paths, environments, graphs }: ChangeFacts): Reached[] {
  const imported = new Set([...graphs.values()].flatMap((graph) => [...(graph ?? [])]));
  return environments.map((one): Reached => {
    const tell = (affected: boolean, why: string) => ({ environment: one.name, affected, why });
    if (paths === null) return tell(true, "it is not known what was changed");
    if (paths.length === 0) return tell(false, "nothing was changed");
    if (one.platform === null) return tell(true, "its description cannot be read");
    if (one.opaque !== null) return tell(true, one.opaque);
    const graph = graphs.get(one.platform) ?? null;
    const found = paths.filter((path) => reaches(path, one, graph, imported));
    const more = found.length > 1 ? ` and ${found.length - 1} more` : "";
    if (found.length > 0) return tell(true, `${clean(found[0] ?? "")}${more} changed`);
    return tell(
      false,
      paths.length === 1
        ? `${clean(paths[0] ?? "")} does not reach it`
        : `none of the ${paths.length} changed files reaches it`,
    );
  });
}

// Written by people for people, or read by tools that look at the code alone.
const harmless =
  /\.md$|^(tests|docs|examples|\.github|\.vscode)\/|^(LICENSE|tsconfig\.json|vitest\.config\.ts|\.(git|ox|editor)[\w.-]*)$|^environments\/(environment\.schema\.json|approvers)$/;

function reaches(
  path: string,
  environment: EnvironmentFacts,
  graph: ReadonlySet<string> | null,
  imported: ReadonlySet<string>,
): boolean {
  const { name, described, reads, sources } = environment;
  if (reads.includes(path) || described.includes(path)) return true;
  const pins = /^environments\/releases\/([^/]+)\.json$/.exec(path)?.[1];
  if (pins !== undefined) return pins === name;
  // A description that is not among its own is another environment's.
  if (/^environments\/[^/]+\.yaml$/.test(path)) return false;
  if (graph?.has(path)) return true;
  if (harmless.test(path)) return false;
  // Another platform's alone.
  if (graph !== null && imported.has(path) && path.startsWith("infra/")) return false;
  const folder = /^infra\/(?:platforms\/[^/]+|stand-in)\//.exec(path)?.[0];
  // A script beside a program is read or started by it: no import tells of that.
  if (folder !== undefined && graph !== null) return [...graph].some((one) => one.startsWith(folder));
  if (/^(infra|environments|pipelines)\//.test(path)) return true;
  return !sources.some((source) => path === source || path.startsWith(`${source}/`));
}
