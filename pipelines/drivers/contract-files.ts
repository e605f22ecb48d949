// The folder of a service's contract samples on disk: one file each, within limits.
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface ContractFile {
  /** From the repository, with slashes. */
  label: string;
  /** Null: cannot be read, see `problem`. */
  text: string | null;
  problem: string;
}

const mostBytes = 256 * 1024;
const mostFiles = 200;

/** The YAML and JSON files of the folder, by name; undefined where there is no such folder. */
export function readContractFiles(repo: string, folder: string): ContractFile[] | undefined {
  const place = join(repo, folder);
  if (!existsSync(place) || !statSync(place).isDirectory()) return undefined;
  const names = readdirSync(place)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .toSorted();
  const more = { label: folder, text: null, problem: `holds more than ${mostFiles} samples` };
  const files = names
    .slice(0, mostFiles)
    .map((name) => ({ label: `${folder}/${name}`, ...textOf(join(place, name)) }));
  return names.length > mostFiles ? [...files, more] : files;
}

/** Replaces one of them, whole or not at all. */
export function writeContractFile(repo: string, label: string, text: string): void {
  const path = join(repo, label);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function textOf(path: string): Pick<ContractFile, "text" | "problem"> {
  try {
    const file = statSync(path);
    if (!file.isFile()) return { text: null, problem: "is not a file" };
    if (file.size > mostBytes) return { text: null, problem: "is larger than 256 KiB" };
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path)), problem: "" };
  } catch (error) {
    return { text: null, problem: `cannot be read: ${(error as Error).message.split("\n")[0]}` };
  }
}
