// Debian's own packages for the rigs: unpacked aside into the cache, never installed.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "../../infra/engine/locate.ts";

const say = (program: string, ...words: string[]): string =>
  execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** The folder that holds the packages' files, by version; throws `complaint` where they cannot be had. */
export function unpackedPackages(packages: readonly string[], complaint: string): string {
  const version = (name: string): string =>
    /Candidate: (\S+)/.exec(say("apt-cache", "policy", name))?.[1] ?? "none";
  const cache = join(cacheFolder(), "rigs");
  const work = mkdtempSync(join(tmpdir(), "surefoot-packages-"));
  try {
    const marks = packages.map((name) => `${name}-${version(name)}`.replaceAll(/[^\w.+-]/g, "_"));
    const target = join(cache, marks.join("_"));
    if (existsSync(target)) return target;
    for (const name of packages)
      execFileSync("apt-get", ["download", "-qq", name], { cwd: work, stdio: "ignore" });
    const root = join(work, "root");
    for (const file of readdirSync(work).filter((name) => name.endsWith(".deb")))
      say("dpkg-deb", "-x", join(work, file), root);
    mkdirSync(cache, { recursive: true });
    cpSync(root, `${target}.${process.pid}`, { recursive: true, verbatimSymlinks: true });
    settle(`${target}.${process.pid}`, target);
    return target;
  } catch (error) {
    throw new Error(complaint, { cause: error });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Puts what was made in its place. Two rigs may do the same at once: the first one's is as good. */
export function settle(made: string, target: string): void {
  try {
    renameSync(made, target);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}
