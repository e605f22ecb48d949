// Gets a real sshd for the rig: the system's, else Debian's own package, unpacked aside and never installed.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

export interface Sshd {
  /** Of the program. */
  path: string;
  /** What its process needs in its environment. */
  env: Record<string, string>;
}

const asRoot = process.getuid?.() === 0;
const say = (program: string, ...words: string[]): string =>
  execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/**
 * A sshd that runs without privileges, its files below `folder`, readable for the user that it runs as. As root that user is
 * `nobody`, whom a wrapper library gives a shell for these processes alone; else it is ourselves.
 */
export function getSshd(folder: string, home: string): Sshd {
  const system = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].find((path) => existsSync(path));
  if (system !== undefined && !asRoot) return { path: system, env: {} };
  const unpacked = join(folder, "sshd");
  cpSync(fetched(system === undefined), unpacked, { recursive: true, verbatimSymlinks: true });
  const found = (name: RegExp): string => {
    const files = readdirSync(unpacked, { recursive: true, encoding: "utf8" });
    return join(unpacked, files.find((file) => name.test(file)) ?? "missing");
  };
  const libraries = join(found(/libwrap\.so\.\d$/), "..");
  const path = system ?? found(/\/sbin\/sshd$/);
  if (!asRoot) return { path, env: { LD_LIBRARY_PATH: libraries } };
  const passwd = join(folder, "passwd");
  const group = join(folder, "group");
  execFileSync("sh", [
    "-c",
    `printf 'nobody:x:65534:65534::%s:/bin/sh\\n' "$1" >"$2"; cp /etc/group "$3"`,
    "sh",
    home,
    passwd,
    group,
  ]);
  const wrapper = {
    LD_PRELOAD: found(/libnss_wrapper\.so$/),
    NSS_WRAPPER_PASSWD: passwd,
    NSS_WRAPPER_GROUP: group,
  };
  return { path, env: { LD_LIBRARY_PATH: libraries, ...wrapper } };
}

/** The packages, unpacked into the cache by version. */
function fetched(withServer: boolean): string {
  const packages = ["libwrap0", "libnss-wrapper", ...(withServer ? ["openssh-server"] : [])];
  const version = (name: string): string =>
    /Candidate: (\S+)/.exec(say("apt-cache", "policy", name))?.[1] ?? "none";
  const cache = process.env["SUREFOOT_CACHE"] ?? join(homedir(), ".cache", "surefoot");
  const marks = packages.map((name) => `${name}-${version(name)}`.replaceAll(/[^\w.+-]/g, "_"));
  const target = join(cache, "rigs", marks.join("_"));
  if (existsSync(target)) return target;
  const work = mkdtempSync(join(tmpdir(), "surefoot-sshd-"));
  try {
    for (const name of packages)
      execFileSync("apt-get", ["download", "-qq", name], { cwd: work, stdio: "ignore" });
  } catch (error) {
    throw new Error("no sshd is installed, and apt-get cannot download openssh-server: install it", {
      cause: error,
    });
  }
  const root = join(work, "root");
  for (const file of readdirSync(work).filter((name) => name.endsWith(".deb")))
    say("dpkg-deb", "-x", join(work, file), root);
  mkdirSync(join(cache, "rigs"), { recursive: true });
  cpSync(root, `${target}.${process.pid}`, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(`${target}.${process.pid}`, target);
  } catch (error) {
    // Two rigs may do the same at once: the first one's is as good.
    if (!existsSync(target)) throw error;
    rmSync(`${target}.${process.pid}`, { recursive: true, force: true });
  }
  rmSync(work, { recursive: true, force: true });
  return target;
}
