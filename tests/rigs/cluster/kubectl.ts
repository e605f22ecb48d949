// kubectl on one context of one kubeconfig, whatever the shell of who runs the tests points at.
import { execFile } from "node:child_process";

export interface Kubectl {
  (...args: string[]): Promise<string>;
  /** The same, with something on its input: `kubectl.with(yaml, "apply", "-f", "-")`. */
  with: (input: string, ...args: string[]) => Promise<string>;
}

/** Each call resolves with what it said on stdout, and rejects with what it said on stderr. */
export function kubectlOf(
  path: string,
  { kubeconfig, context }: { kubeconfig: string; context: string },
): Kubectl {
  const run = (input: string, args: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const words = [`--context=${context}`, ...args];
      const options = { env: { ...process.env, KUBECONFIG: kubeconfig }, maxBuffer: 1 << 27 };
      const child = execFile(path, words, options, (error, stdout, stderr) =>
        error === null
          ? resolve(stdout)
          : reject(new Error(`kubectl ${args.join(" ")}: ${stderr || error.message}`)),
      );
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    });
  return Object.assign((...args: string[]) => run("", args), {
    with: (input: string, ...args: string[]) => run(input, args),
  });
}
