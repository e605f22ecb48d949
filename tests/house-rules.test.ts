// The rules of the house that no linter knows: sizes, folders, first lines, arrows of imports, names, mirrored tests, codes.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { expect, it } from "vitest";
import { errorCodes } from "../pipelines/error-codes.ts";

const root = join(import.meta.dirname, "..");
const tops = ["environments", "infra", "pipelines", "scripts", "examples", "tests"];
const skipped = new Set(["node_modules", "dist", ".surefoot"]);

interface Source {
  /** From the root, with slashes. */
  path: string;
  folders: string[];
  name: string;
  text: string;
  lines: string[];
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

const files: Source[] = [
  ...tops.map((top) => join(root, top)).flatMap(walk),
  ...readdirSync(root).map((name) => join(root, name)),
]
  .filter((path) => /\.(ts|mjs|sh|go)$/.test(path))
  .map((path) => {
    const text = readFileSync(path, "utf8");
    const short = relative(root, path).replaceAll(sep, "/");
    const lines = text.replace(/\n$/, "").split("\n");
    return { path: short, folders: short.split("/").slice(0, -1), name: basename(path), text, lines };
  });
const sources = files.filter(({ folders }) => folders[0] !== "tests");
const paths = (found: readonly Source[]): string[] => found.map(({ path }) => path);

interface Import {
  from: string;
  /** The module as it is written, or from the root where it is a file of ours. */
  target: string;
  typeOnly: boolean;
}

function importsOf({ path, text }: Source): Import[] {
  const statements =
    /^(?:import|export)\s+(type\s)?(?:[\w$*\s{},]*?\sfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;
  return [...text.matchAll(statements)].map(([, type, named, called]) => {
    const target = named ?? called ?? "";
    const ours = target.startsWith(".");
    const file = relative(root, join(root, dirname(path), target)).replaceAll(sep, "/");
    return { from: path, target: ours ? file : target, typeOnly: type !== undefined };
  });
}

const imports = files.flatMap(importsOf);
const arrows = (from: string, allowed: (target: string) => boolean): string[] =>
  imports
    .filter((one) => one.from.startsWith(`${from}/`) && tops.includes(one.target.split("/")[0] ?? ""))
    .filter(({ target }) => target.includes("/") && !allowed(target))
    .map((one) => `${one.from} -> ${one.target}`);

it("looks at the whole house", () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(paths(files)).toEqual(expect.arrayContaining(["infra/platforms/node.sh", "pipelines/errors.ts"]));
  expect(
    imports.filter(({ from }) => from === "pipelines/rollout/plan.ts").map(({ target }) => target),
  ).toEqual(
    expect.arrayContaining([
      "environments/waves.ts",
      "pipelines/rollout/request.ts",
      "pipelines/rollout/waves.ts",
    ]),
  );
});

it("keeps files short: 200 lines, tests 300", () => {
  // The node's whole side is one file on purpose: it is what gets copied there.
  const limit = ({ path, folders }: Source): number =>
    folders[0] === "tests" || path === "infra/platforms/node.sh" ? 300 : 200;
  expect(paths(files.filter((file) => file.lines.length > limit(file)))).toEqual([]);
});

it("keeps folders at most three below a top-level folder", () => {
  expect(paths(files.filter(({ folders }) => folders.length > 4))).toEqual([]);
});

it("says in the first line of each file what the file is for", () => {
  // What a system or Go wants first may come first.
  const first = ({ lines }: Source): string =>
    lines.find((line) => line !== "" && !/^(#!|\/\/go:)/.test(line)) ?? "";
  const says = (file: Source): boolean => /^(\/\/|#) \S.{15,}\S$/.test(first(file));
  expect(paths(files.filter((file) => !says(file)))).toEqual([]);
});

it("lets environments import nothing of the rest", () => {
  expect(arrows("environments", (target) => target.startsWith("environments/"))).toEqual([]);
});

it("lets infra import only environments", () => {
  expect(arrows("infra", (target) => /^(infra|environments)\//.test(target))).toEqual([]);
});

it("lets pipelines never import scripts", () => {
  expect(arrows("pipelines", (target) => /^(pipelines|infra|environments)\//.test(target))).toEqual([]);
});

it("lets examples stand on their own, and nothing import tests", () => {
  expect(arrows("examples", (target) => target.startsWith("examples/"))).toEqual([]);
  expect(arrows("scripts", (target) => !target.startsWith("tests/"))).toEqual([]);
});

it("lets what decides or tells touch no driver", () => {
  const pure = new Set(
    ["plan", "verdict", "judge", "guard", "report", "order", "freeze"].map((name) => `${name}.ts`),
  );
  const deciding = imports.filter(({ from }) => !from.startsWith("tests/") && pure.has(basename(from)));
  expect(deciding.length).toBeGreaterThan(10);
  const drives = ({ target, typeOnly }: Import): boolean =>
    !typeOnly && (target.includes("/drivers/") || (target.startsWith("node:") && target !== "node:crypto"));
  expect(deciding.filter(drives)).toEqual([]);
});

it("imports only files that are there", () => {
  const missing = imports.filter(
    ({ target }) => /\.(ts|mjs)$/.test(target) && !existsSync(join(root, target)),
  );
  expect(missing).toEqual([]);
});

it("has no file for whatever fits nowhere", () => {
  const nowhere = /(^|[/.-])(utils?|utilities|helpers?|common|misc|types)([./-]|$)/;
  expect(paths(files).filter((path) => nowhere.test(path))).toEqual([]);
});

it("exports by name, but for what Pulumi and Vitest ask for", () => {
  const unnamed = files.filter(({ text }) => /^export default\b|^export \{[^}]*\bas default\b/m.test(text));
  expect(paths(unnamed).toSorted()).toEqual(["infra/index.ts", "vitest.config.ts"]);
});

it("keeps each test where its source is", () => {
  // These ask about a whole folder: what ships in it, what harm reaches it, what its processes do to each other.
  const wide = new Set([
    "tests/environments/shipped",
    "tests/environments/hostile",
    "tests/pipelines/lease/processes",
  ]);
  const mirrored = (stem: string): boolean =>
    ["ts", "sh", "mjs"].some((ext) => existsSync(join(root, `${stem}.${ext}`)));
  const homeless = paths(files)
    .filter((path) => /^tests\/.*\.test\.ts$/.test(path) && !/^tests\/(stories|support|rigs)\//.test(path))
    .filter((path) => path !== "tests/house-rules.test.ts")
    .map((path) => path.replace(/\.test\.ts$/, ""))
    // A large source has a folder of tests: infra/platforms/node.sh has tests/infra/platforms/node/*.
    .filter((stem) => ![stem, dirname(stem)].some((one) => mirrored(one.replace(/^tests\//, ""))))
    .filter((stem) => !wide.has(stem));
  expect(homeless).toEqual([]);
});

it("uses only codes that it explains, and explains only codes that it uses", () => {
  const others = sources.filter(({ path }) => path !== "pipelines/error-codes.ts");
  const used = new Set(others.flatMap(({ text }) => text.match(/\bE_[A-Z][A-Z_]*\b/g) ?? []));
  expect([...used].toSorted()).toEqual(Object.keys(errorCodes));
});
