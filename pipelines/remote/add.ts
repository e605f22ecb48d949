// The verb `remote add`: a place to push to that checks what comes, and delivers it.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { listDescriptions } from "../../environments/folder.ts";
import { stateFolder } from "../../infra/names.ts";
import { makeBareRepository } from "../drivers/bare-repository.ts";
import { chosenEnvironments } from "../delivery/open.ts";
import { Refusal } from "../errors.ts";

export interface RemoteOrder {
  repo: string;
  /** Of the remote, such as `rehearsal`. */
  name: string;
  path?: string | undefined;
  branch: string;
  /** Without any: all that are described, rehearsed on this machine. */
  environments: readonly string[];
}

export interface AddedRemote {
  name: string;
  path: string;
  branch: string;
  /** In order of delivery. */
  environments: string[];
}

/** Makes the repository and the remote. Refuses with E_REMOTE, E_USAGE, or as a description does; then nothing is left behind. */
export async function addRemote({
  repo,
  name,
  path,
  branch,
  environments,
}: RemoteOrder): Promise<AddedRemote> {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) throw wrong(`${JSON.stringify(name)} cannot name a remote`, name);
  if (!/^\w[\w./-]{0,99}$/.test(branch) || /[./]{2}|[./]$|\.lock(\/|$)/.test(branch))
    throw wrong(`${JSON.stringify(branch)} is no branch`, name);
  const all = listDescriptions(join(repo, "environments")).map((one) => `local/${one}`);
  const chosen = chosenEnvironments(repo, environments.length > 0 ? environments : all);
  const state = stateFolder(repo);
  const home = path === undefined ? join(state, "remotes", `${name}.git`) : resolve(path);
  await makeBareRepository({
    repo,
    remote: name,
    path: home,
    branch,
    hooks: join(import.meta.dirname, "hooks"),
    settings: {
      remote: name,
      environments: chosen.join(" "),
      state: resolve(state),
      ...(existsSync(process.execPath) ? { node: process.execPath } : {}),
    },
  });
  return { name, path: home, branch, environments: chosen };
}

function wrong(what: string, name: string): Refusal {
  const next = `surefoot remote add rehearsal${name === "rehearsal" ? " --branch main" : ""}`;
  return new Refusal("E_USAGE", { what, state: "nothing was made", next });
}
