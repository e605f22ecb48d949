// Which files of ours a platform's program is made of, found by bundling it without writing anything.
import type { Plugin } from "esbuild";
import type { Description } from "../../environments/shape.ts";

type Platform = Description["platform"];

// What the engine starts beside the program: it decides what a change means. Offline the stand-ins do.
const providers: Record<Platform, string[]> = {
  local: ["infra/platforms/local/provider.ts"],
  ssh: ["infra/platforms/local/provider.ts"],
  aws: ["infra/stand-in/aws-provider.ts", "infra/stand-in/kubernetes-provider.ts"],
  kubernetes: ["infra/stand-in/kubernetes-provider.ts"],
};

/** Of each platform: paths from the root of the repository, packages left out; null where its program cannot be bundled. */
export async function importGraphs(
  repo: string,
  platforms: readonly Platform[],
): Promise<ReadonlyMap<Platform, ReadonlySet<string> | null>> {
  const { stop } = await import("esbuild");
  try {
    const found = platforms.map(async (platform) => [platform, await importGraph(repo, platform)] as const);
    return new Map(await Promise.all(found));
  } finally {
    await stop();
  }
}

async function importGraph(repo: string, platform: Platform): Promise<ReadonlySet<string> | null> {
  const { build } = await import("esbuild");
  try {
    const { metafile } = await build({
      absWorkingDir: repo,
      entryPoints: ["infra/index.ts", ...providers[platform]],
      outdir: ".",
      bundle: true,
      write: false,
      metafile: true,
      packages: "external",
      platform: "node",
      format: "esm",
      preserveSymlinks: true,
      logLevel: "silent",
      plugins: [onlyPlatform(platform)],
    });
    return new Set(Object.keys(metafile.inputs));
  } catch {
    return null;
  }
}

/** The program names every platform, and loads the one that it needs. */
function onlyPlatform(platform: Platform): Plugin {
  return {
    name: "only-platform",
    setup: (build) => {
      build.onResolve({ filter: /^\.\/platforms\/[^/]+\/index\.ts$/ }, ({ path, kind }) =>
        kind !== "dynamic-import" || path === `./platforms/${platform}/index.ts`
          ? undefined
          : { path, external: true },
      );
    },
  };
}
