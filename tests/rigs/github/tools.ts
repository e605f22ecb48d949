// The programs that read and run workflows: actionlint and act from their Go modules, zizmor from its package; once per version.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { installed } from "../cluster/binaries.ts";
import { pythonEnvironment } from "../python-environment.ts";

const folder = import.meta.dirname;

export interface Said {
  code: number;
  /** stdout and stderr. */
  text: string;
}

/** The path of act, which runs workflows on this machine (a first build takes half a minute on 2 cores). */
export async function actProgram(): Promise<string> {
  const module = "github.com/nektos/act";
  return join(await installed({ name: "act", folder, module, programs: { act: module } }), "act");
}

/** Holds the workflows below `root` against the syntax of GitHub's. Code 0: no finding, 1: findings. */
export async function actionlint(root: string): Promise<Said> {
  const module = "github.com/rhysd/actionlint";
  const programs = { actionlint: `${module}/cmd/actionlint` };
  const bin = await installed({ name: "actionlint", folder, module, programs });
  // Whatever this machine has beside it must not decide what is found.
  return run(join(bin, "actionlint"), ["-no-color", "-shellcheck=", "-pyflakes="], root);
}

/** Looks for what is dangerous below `.github` of `root`, as an auditor would. Code 0: no finding, 11 to 14: findings. */
export async function zizmor(root: string): Promise<Said> {
  const home = await pythonEnvironment("zizmor", join(folder, "requirements.txt"));
  // Offline also where a token lies about: it must not look anything up, and nobody is told of us.
  const flags = ["--offline", "--quiet", "--color=never", "--persona=auditor", ".github"];
  return run(join(home, "bin", "zizmor"), flags, root);
}

function run(program: string, args: string[], cwd: string): Promise<Said> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env: { PATH: process.env["PATH"] } }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === "number") resolve({ code, text: stdout + stderr });
      else reject(new Error(`${program} did not run: ${error?.message}`));
    });
  });
}
