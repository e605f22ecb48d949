// Runs the build command of a service in a lean environment and packs what it leaves.
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { $ } from "zx";
import { packFolder } from "./tar.ts";

export interface BuildOrder {
  /** Folder below the repository's root. */
  source: string;
  command: string;
  /** Told to the build as VERSION. */
  version: string;
}

/** The archive exists until the result is disposed of. */
export type BuildResult = AsyncDisposable &
  ({ ok: true; archive: string; odd: string[] } | { ok: false; problem: string; lines: string[] });

export interface Builder {
  build(order: BuildOrder): Promise<BuildResult>;
}

const shownLines = 20;

/** Builds services of one checkout; `signal` ends a running build. */
export function openBuilder(repoRoot: string, signal?: AbortSignal): Builder {
  return {
    async build({ source, command, version }) {
      const cwd = resolve(repoRoot, source);
      if ((await contentOf(cwd)).length === 0) {
        return { ok: false, problem: `there is no folder ${source}`, lines: [], ...disposal([]) };
      }
      // A fresh folder, so that two builds of one service at the same time do not mix.
      const workspace = await mkdtemp(join(tmpdir(), "surefoot-build-"));
      const cleanUp = disposal([workspace]);
      try {
        const outDir = join(workspace, "out");
        await mkdir(outDir);
        const ran = await run(command, cwd, buildEnvironment(repoRoot, version, outDir), signal);
        if (ran.problem) return { ok: false, problem: ran.problem, lines: ran.lines, ...cleanUp };
        const output = (await contentOf(outDir)).length > 0 ? outDir : join(cwd, "dist");
        if ((await contentOf(output)).length === 0) {
          return {
            ok: false,
            problem: "it left nothing in dist/ or in $OUT_DIR",
            lines: ran.lines,
            ...cleanUp,
          };
        }
        const archive = join(workspace, "release.tar");
        return { ok: true, archive, odd: await packFolder(output, archive), ...cleanUp };
      } catch (error) {
        await cleanUp[Symbol.asyncDispose]();
        throw error;
      }
    },
  };
}

/** Nothing of the caller's environment but what tools cannot do without, so that everybody builds the same. */
function buildEnvironment(repoRoot: string, version: string, outDir: string): NodeJS.ProcessEnv {
  const { PATH = "/usr/bin:/bin", HOME, TMPDIR } = process.env;
  return {
    PATH: [join(repoRoot, "node_modules", ".bin"), dirname(process.execPath), PATH].join(delimiter),
    ...(HOME && { HOME }),
    ...(TMPDIR && { TMPDIR }),
    TZ: "UTC",
    LC_ALL: "C",
    SOURCE_DATE_EPOCH: "0",
    VERSION: version,
    OUT_DIR: outDir,
  };
}

async function run(
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<{ problem?: string; lines: string[] }> {
  const shell = $({
    cwd,
    env,
    // zx asks for bash, which a lean machine lacks; build commands are POSIX sh.
    shell: "/bin/sh",
    prefix: "",
    postfix: "",
    quote: (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`,
    nothrow: true,
    quiet: true,
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal && { signal }),
  });
  const output = await shell`exec /bin/sh -c ${command}`;
  const lines = stripVTControlCharacters(output.stdall).trimEnd().split(/\r?\n/).slice(-shownLines);
  if (output.ok) return { lines };
  return { problem: output.signal ? `ended by ${output.signal}` : `exit code ${output.exitCode}`, lines };
}

async function contentOf(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
}

function disposal(folders: string[]): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}
