// Where a node lies on its host.
import type { SshHost } from "../../../environments/ssh-shape.ts";

/** The node's folder. Only characters that no shell reads anything into: it stands in remote commands. */
export function folderOf({ name, root }: Pick<SshHost, "name" | "root">): string {
  const folder = root ?? `/opt/surefoot/${name}`;
  if (!/^\/[\w./-]+$/.test(folder)) throw new Error(`the folder of ${name} is not a plain path`);
  return folder;
}
