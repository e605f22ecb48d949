// Builds the rig's programs from their Go modules, once per version, into a cache outside the checkout.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cacheFolder } from "../../../infra/engine/locate.ts";
import { runLong } from "../../../infra/engine/long-command.ts";
import { isAlive } from "../../../pipelines/drivers/engine-lock.ts";
import { settle } from "../../support/debian-packages.ts";
import { pieces } from "./pieces.ts";
import type { Piece, PieceName } from "./pieces.ts";

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const goEnv = { ...process.env, GOWORK: "off", GOFLAGS: "-mod=readonly -trimpath -buildvcs=false" };
const fileOf = ({ name, folder = import.meta.dirname }: Piece, suffix: "mod" | "sum"): string =>
  join(folder, `${name}.${suffix}`);
const textOf = (piece: Piece, suffix: "mod" | "sum"): string => readFileSync(fileOf(piece, suffix), "utf8");

// One at a time: each build takes every core for itself.
let turn: Promise<unknown> = Promise.resolve();

/** The folder with the piece's programs, and its manifests in `manifests`; built first where it is missing (minutes). */
export function installed(name: PieceName | Piece): Promise<string> {
  const mine = turn.then(() => install(typeof name === "string" ? pieces[name] : name));
  turn = mine.catch(() => {});
  return mine;
}

async function install(piece: Piece): Promise<string> {
  const target = targetOf(piece);
  if (existsSync(target)) return target;
  sweep(target);
  const work = `${target}.${process.pid}`;
  mkdirSync(join(work, "manifests"), { recursive: true });
  try {
    for (const suffix of ["mod", "sum"] as const)
      copyFileSync(fileOf(piece, suffix), join(work, `go.${suffix}`));
    const version = versionOf(piece, piece.module);
    const told = piece.versionVariable === undefined ? "" : ` -X ${piece.versionVariable}=${version}`;
    const flags = `-s -w${told}`;
    for (const [program, source] of Object.entries(piece.programs)) {
      say(`rig: building ${program} from ${piece.module} ${version} (once a machine)`);
      await runLong("go", ["build", "-ldflags", flags, "-o", program, source], work, goEnv);
    }
    for (const { module, folder, files } of piece.manifests ?? []) {
      const from = join(sourceOf(piece, module, work), folder);
      for (const file of readdirSync(from).filter((one) => files.test(one)))
        copyFileSync(join(from, file), join(work, "manifests", file));
    }
    settle(work, target);
    return target;
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    throw new Error(`the rig needs ${piece.name}, and it cannot be built: install Go (https://go.dev/dl)`, {
      cause: error,
    });
  }
}

function targetOf(piece: Piece): string {
  const digest = createHash("sha256").update(textOf(piece, "mod")).update(textOf(piece, "sum"));
  // The folder is this checkout's own: another one shares the cache.
  const { folder: _, ...made } = piece;
  digest.update(JSON.stringify(made, (_key, value) => (value instanceof RegExp ? value.source : value)));
  const mark = `${piece.name}-${versionOf(piece, piece.module)}-${digest.digest("hex").slice(0, 8)}`;
  return join(cacheFolder(), "rigs", mark);
}

function versionOf(piece: Piece, module: string): string {
  const line = textOf(piece, "mod")
    .split("\n")
    .map((one) => one.replace("require", "").trim().split(" "))
    .find(([path]) => path === module);
  if (line?.[1] === undefined) throw new Error(`${piece.name}.mod does not require ${module}`);
  return line[1];
}

/** The module's own files; Go holds their sum against the one in `go.sum`. */
function sourceOf(piece: Piece, module: string, cwd: string): string {
  const args = ["mod", "download", "-json", `${module}@${versionOf(piece, module)}`];
  const options = { cwd, env: goEnv, encoding: "utf8" as const, maxBuffer: 1 << 26 };
  return (JSON.parse(execFileSync("go", args, options)) as { Dir: string }).Dir;
}

/** Takes away what builds left that were killed. */
function sweep(target: string): void {
  const [parent, start] = [dirname(target), `${basename(target)}.`];
  if (!existsSync(parent)) return;
  for (const entry of readdirSync(parent).filter((one) => one.startsWith(start)))
    if (!isAlive(Number(entry.slice(start.length))))
      rmSync(join(parent, entry), { recursive: true, force: true });
}
