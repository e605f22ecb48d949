// The verb `init`: what is given or answered becomes a checked plan of files, and the plan is what is written.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import type { Stats } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { complaintText } from "../../environments/complaint.ts";
import { loadDescription } from "../../environments/loader.ts";
import { Refusal } from "../errors.ts";
import { answersOf } from "./answers.ts";
import type { Answer } from "./answers.ts";
import { byName } from "./given.ts";
import type { Given } from "./given.ts";
import { planInit } from "./plan.ts";
import type { InitPlan } from "./plan.ts";
import { readShared } from "./shared.ts";
import { writeAll } from "./write.ts";

const MAX_HOSTS_BYTES = 1024 * 1024;
const templateFile = join(import.meta.dirname, "bootstrap.cfn.yaml");

export interface InitPlanned extends InitPlan {
  /** Remarks on what would be written, as `check` makes them. */
  warnings: string[];
}

/** The checked plan. Refuses E_USAGE (something is missing) and E_INIT (something is wrong or in the way). */
export function prepareInit(repo: string, given: Given, force: readonly string[]): InitPlanned {
  const shared = readShared(repo);
  const { answers, missing, wrong } = answersOf(given, shared, hostFiles(given));
  if (wrong.length > 0) throw refused("E_INIT", "what was given is wrong", wrong);
  if (missing.length > 0) throw refused("E_USAGE", "not everything was given", missing);
  const template = readFileSync(templateFile, "utf8");
  const plan = planInit(answers, { shared, template, force, read: (path) => textOf(join(repo, path)) });
  return { ...plan, warnings: checked(repo, plan, answers) };
}

/** Writes what the plan says: all of it or nothing. */
export function runInit(repo: string, plan: InitPlan): void {
  writeAll(repo, plan.files);
}

/** Loads every planned description from a folder of its own, as `check` will; refuses E_INIT with every complaint. */
function checked(repo: string, { files }: InitPlan, answers: readonly Answer[]): string[] {
  const root = mkdtempSync(join(tmpdir(), "surefoot-init-"));
  try {
    const folder = join(root, "environments");
    mkdirSync(folder);
    const there = join(repo, "environments");
    // What a link leads to counts, as it does for `check`.
    for (const name of readdirSync(there).filter((one) => one.endsWith(".yaml")))
      if (entryAt(join(there, name))?.isFile() === true) copyFileSync(join(there, name), join(folder, name));
    for (const { path, content } of files) writeFileSync(join(root, path), content);
    const loaded = answers.map(({ name }) => loadDescription(folder, name));
    const complaints = loaded.flatMap((one) => (one.ok ? [] : one.complaints)).map(complaintText);
    if (complaints.length > 0) throw refused("E_INIT", "what would be written has mistakes", complaints);
    return loaded.flatMap((one) => (one.ok ? one.warnings : [])).map(complaintText);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function hostFiles({ hosts }: Given): Record<string, string> {
  const files = Object.values(byName(hosts)).map((file) => {
    const text = textOf(resolve(file));
    if (text !== undefined) return [file, text];
    throw refused("E_INIT", `${JSON.stringify(file)} cannot be read`, []);
  });
  return Object.fromEntries(files);
}

/** The text of a file; undefined where there is nothing. Refuses what is no file, or too large to be one of ours. */
function textOf(path: string): string | undefined {
  const entry = entryAt(path);
  if (entry === undefined) return undefined;
  if (!entry.isFile() || entry.size > MAX_HOSTS_BYTES)
    throw refused("E_INIT", `${JSON.stringify(path)} is not a file of text`, []);
  return readFileSync(path, "utf8");
}

/** What is there, past links; undefined where nothing is. Refuses what cannot be looked at, such as a link to itself. */
function entryAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw refused("E_INIT", `${JSON.stringify(path)} cannot be read: ${(error as Error).message}`, []);
  }
}

function refused(code: "E_INIT" | "E_USAGE", what: string, details: string[]): Refusal {
  const next =
    code === "E_USAGE"
      ? "give what is missing: surefoot init --help shows how"
      : "mend it, then run the same command again";
  return new Refusal(code, { what, state: "nothing was written", next, details });
}
