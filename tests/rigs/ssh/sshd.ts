// Gets a real sshd for the rig: the system's, else Debian's own package, unpacked aside and never installed.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { unpackedPackages } from "../../support/debian-packages.ts";

export interface Sshd {
  /** Of the program. */
  path: string;
  /** What its process needs in its environment. */
  env: Record<string, string>;
}

const asRoot = process.getuid?.() === 0;

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

function fetched(withServer: boolean): string {
  const packages = ["libwrap0", "libnss-wrapper", ...(withServer ? ["openssh-server"] : [])];
  return unpackedPackages(
    packages,
    "no sshd is installed, and apt-get cannot download openssh-server: install it",
  );
}
