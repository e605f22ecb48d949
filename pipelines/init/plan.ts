// The plan of `init`: which files are written with which content, and what an account owner runs then. Pure.
import { Refusal } from "../errors.ts";
import type { Answer } from "./answers.ts";
import { commandsFor } from "./commands.ts";
import type { NextCommand } from "./commands.ts";
import { descriptionText } from "./description.ts";
import type { Shared } from "./given.ts";

export interface PlannedFile {
  /** From the repository, with slashes. */
  path: string;
  content: string;
  action: "create" | "replace" | "keep";
}

export interface InitPlan {
  files: PlannedFile[];
  commands: NextCommand[];
}

export const bootstrapFile = "environments/bootstrap.cfn.yaml";

export interface Found {
  shared: Shared;
  /** The template of the bootstrap stack. */
  template: string;
  /** Text of a file of the repository; undefined where there is none. */
  read: (path: string) => string | undefined;
  /** Files that may be replaced, from the repository. */
  force: readonly string[];
}

/** Refuses E_INIT where a file exists with other content and is not named by `force`; otherwise decides, writes nothing. */
export function planInit(answers: readonly Answer[], { shared, template, read, force }: Found): InitPlan {
  const wanted = answers.map((answer, index) => {
    const first = answers.findIndex(({ account }) => account === answer.account) === index;
    return [`environments/${answer.name}.yaml`, descriptionText(answer, shared, index, first)];
  });
  if (answers.some(({ stateBucket }) => stateBucket !== "")) wanted.push([bootstrapFile, template]);
  const files = wanted.map(([path = "", content = ""]): PlannedFile => {
    const before = read(path);
    const action = before === undefined ? "create" : before === content ? "keep" : "replace";
    return { path, content, action };
  });
  const stray = force.filter((path) => !files.some((file) => file.path === path));
  if (stray.length > 0) throw strayForce(stray, files);
  const inTheWay = files.filter(({ action, path }) => action === "replace" && !force.includes(path));
  if (inTheWay.length > 0) throw existing(inTheWay);
  return { files, commands: commandsFor(answers, shared) };
}

function existing(files: readonly PlannedFile[]): Refusal {
  const force = files.map(({ path }) => `--force ${path}`).join(" ");
  return new Refusal("E_INIT", {
    what: `${files.length} ${files.length === 1 ? "file exists" : "files exist"} with other content`,
    state: "nothing was written",
    next: `choose other names (--name), or replace them with the same command and ${force}`,
    details: files.map(({ path }) => path),
  });
}

function strayForce(stray: readonly string[], files: readonly PlannedFile[]): Refusal {
  return new Refusal("E_USAGE", {
    what: `--force names ${stray.map((path) => JSON.stringify(path)).join(", ")}, which is not written`,
    state: "nothing was written",
    next: `name one of: ${files.map(({ path }) => path).join(", ")}`,
  });
}
