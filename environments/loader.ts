// From the name of an environment to its checked, frozen description, or to everything that is wrong with it.
import { check } from "./check.ts";
import { inReadingOrder, pathText } from "./complaint.ts";
import type { Complaint, Finding, Path } from "./complaint.ts";
import { fileLabel } from "./folder.ts";
import { readInherited } from "./inherit.ts";
import { at, plain, spotOf } from "./located.ts";
import type { Located } from "./located.ts";
import { complainAboutName } from "./name.ts";
import type { Description } from "./shape.ts";

export type Loaded =
  | {
      ok: true;
      description: Description;
      warnings: Complaint[];
    }
  | { ok: false; complaints: Complaint[] };

/**
 * Loads `<folder>/<name>.yaml` with the files it extends. `name` is a description (`prod`, not `local/prod`).
 * Reads the disk; never throws for bad names or bad content: all complaints come back at once.
 */
export function loadDescription(folder: string, name: string): Loaded {
  const badName = complainAboutName(name);
  if (badName !== undefined) {
    const spot = { file: fileLabel(folder, name), line: 1, column: 1 };
    return { ok: false, complaints: [{ ...spot, path: "", rule: "wrong-name", message: badName }] };
  }
  const { tree, sound, complaints } = readInherited(folder, name);
  if (!sound) return { ok: false, complaints: inReadingOrder(complaints) };
  const own = fileLabel(folder, name);
  const isGiven = (path: Path) => at(tree, path) !== undefined;
  const checked = check(name, plain(tree), isGiven, (path) => at(tree, path)?.key.file === own);
  const found = checked.ok ? [] : checked.findings.map((finding) => missingHere(own, locate(tree, finding)));
  if (!checked.ok || complaints.length > 0) {
    // What could not be read was complained of; that it then has no good value is no news.
    const news = found.filter(({ path }) => !complaints.some((complaint) => complaint.path === path));
    return { ok: false, complaints: inReadingOrder([...complaints, ...news]) };
  }
  const warnings = checked.warnings.map((finding) => locate(tree, finding));
  const { description } = checked;
  const loaded: Loaded = {
    ok: true,
    description,
    warnings: inReadingOrder(warnings),
  };
  return deepFreeze(loaded);
}

function locate(tree: Located, { path, rule, message, atKey }: Finding): Complaint {
  return { ...spotOf(tree, path, atKey), path: pathText(path), rule, message };
}

/** A shared file is not always the place for what only one of those that extend it lacks. */
function missingHere(own: string, complaint: Complaint): Complaint {
  if (complaint.rule !== "missing-key" || complaint.file === own) return complaint;
  return { ...complaint, message: `${complaint.message}; write it here, or in ${own} for that one alone` };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
