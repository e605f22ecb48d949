// All descriptions of a folder held against each other: what each says alone, and what only shows between them.
import { inReadingOrder, pathText } from "./complaint.ts";
import type { Complaint } from "./complaint.ts";
import { listDescriptions } from "./folder.ts";
import { readInherited } from "./inherit.ts";
import { loadDescription } from "./loader.ts";
import type { Loaded } from "./loader.ts";
import { spotOf } from "./located.ts";
import { promotionRules } from "./promotion-rules.ts";
import type { AcrossFinding } from "./promotion-rules.ts";
import type { Description } from "./shape.ts";

/** Loads every description of the folder, by name. One that is wrong only beside the others is not `ok` either. */
export function loadTogether(folder: string): ReadonlyMap<string, Loaded> {
  const names = listDescriptions(folder);
  const alone = new Map(names.map((name) => [name, loadDescription(folder, name)]));
  const sound = new Map<string, Description>();
  for (const [name, loaded] of alone) if (loaded.ok) sound.set(name, loaded.description);
  const found = Map.groupBy(promotionRules(names, sound), ({ environment }) => environment);
  return new Map(
    [...alone].map(([name, loaded]) => [name, withAcross(folder, name, loaded, found.get(name) ?? [])]),
  );
}

function withAcross(
  folder: string,
  name: string,
  loaded: Loaded,
  findings: readonly AcrossFinding[],
): Loaded {
  if (!loaded.ok || findings.length === 0) return loaded;
  const { tree } = readInherited(folder, name);
  const located = (wrong: boolean): Complaint[] =>
    findings
      .filter((finding) => finding.wrong === wrong)
      .map(({ path, rule, message, atKey }) => ({
        ...spotOf(tree, path, atKey),
        path: pathText(path),
        rule,
        message,
      }));
  const complaints = located(true);
  if (complaints.length > 0) return { ok: false, complaints: inReadingOrder(complaints) };
  return { ...loaded, warnings: inReadingOrder([...loaded.warnings, ...located(false)]) };
}
