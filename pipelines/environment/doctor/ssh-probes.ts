// The doctor's questions to owned machines, asked by OpenSSH with the words that a rollout uses.
import { execFile } from "node:child_process";
import type { Description } from "../../../environments/shape.ts";
import { sshArguments } from "../../../infra/platforms/ssh/arguments.ts";
import { sshFailure } from "../../../infra/platforms/ssh/failure.ts";
import { sshHosts } from "../../drivers/ssh-inventory.ts";
import type { SshProbes } from "./ssh.ts";

// Past the limit that ssh itself keeps, for the part of the login that ssh does not limit.
const GRACE_SECONDS = 5;

export function sshProbes(repo: string, description: Description): SshProbes {
  const { ssh } = description;
  return {
    hosts: () => sshHosts(repo, description),
    reach: (host) =>
      new Promise((resolve, reject) => {
        const words = [...sshArguments(host, ssh, repo), "true"];
        const timeout = (ssh.connectWithin + GRACE_SECONDS) * 1000;
        const child = execFile("ssh", words, { timeout, killSignal: "SIGKILL" }, (error, _stdout, stderr) => {
          if (error === null) return resolve();
          const hangs =
            error.killed === true ? `the host hangs: no login within ${timeout / 1000} s` : undefined;
          const missing = error.code === "ENOENT" ? "ssh is not on PATH" : undefined;
          reject(new Error(missing ?? hangs ?? sshFailure(stderr, host) ?? `ssh ended with ${error.code}`));
        });
        child.stdin?.end();
      }),
  };
}
