// Finds the key that a person signs with, where git looks for it: named, user.signingkey, the agent, a key of the usual name.
import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Refusal } from "../errors.ts";
import { askGit } from "./git-command.ts";
import { fingerprintOf, publicKeyOf } from "./ssh-signature-format.ts";

const execute = promisify(execFile);

export interface SigningKey {
  /** The private half is in the agent: `text` is the public one. */
  agent: boolean;
  /** Absolute. */
  path: string;
  /** The public key's line. */
  text: string;
  fingerprint: string;
  /** How messages call it. */
  label: string;
}

const most = 1024 * 1024;

/** The key to sign with. Refuses with E_SIGN where there is none, or its public half cannot be read. */
export async function signingKey(repo: string, named?: string): Promise<SigningKey> {
  if (named !== undefined) return fromFile(resolve(named));
  const configured = await configuredKey(repo);
  if (configured !== null) return configured;
  const [first] = await agentKeys();
  if (first !== undefined) return fromText(first, "the first key of the agent");
  const usual = ["id_ed25519", "id_ecdsa", "id_rsa"].map((name) => join(homedir(), ".ssh", name));
  const found = usual.find((path) => existsSync(path));
  if (found !== undefined) return fromFile(found);
  throw noKey("no key to sign with: none is named, configured in git, in an agent, or has a usual name");
}

/** git's own setting, where it means SSH: a path, or the public key itself. */
async function configuredKey(repo: string): Promise<SigningKey | null> {
  const set = async (...words: string[]) => (await askGit(repo, "config", ...words))?.trim() || null;
  const value = await set("user.signingkey");
  if (value === null) return null;
  if (/^(key::|ssh-|ecdsa-|sk-)/.test(value)) return fromText(value.replace(/^key::/, ""), "user.signingkey");
  if ((await set("gpg.format")) !== "ssh") return null;
  return fromFile(resolve(repo, (await set("--type=path", "user.signingkey")) ?? value));
}

async function agentKeys(): Promise<string[]> {
  const told = await execute("ssh-add", ["-L"], { timeout: 10_000 }).catch(() => ({ stdout: "" }));
  return told.stdout.split("\n").filter((line) => publicKeyOf(line.trim()) !== undefined);
}

function fromText(line: string, label: string): SigningKey {
  const key = publicKeyOf(line.trim());
  if (key === undefined) throw noKey(`${label} holds no public key`);
  return {
    agent: true,
    path: "",
    text: `${key.type} ${key.blob}`,
    fingerprint: fingerprintOf(key.blob),
    label,
  };
}

/** A private key has its public half beside it; a public one is used with the agent, as ssh-keygen does. */
function fromFile(path: string): SigningKey {
  const half = path.endsWith(".pub") || !existsSync(`${path}.pub`) ? path : `${path}.pub`;
  const key = publicKeyOf(firstLine(half));
  if (key === undefined)
    throw noKey(`there is no public key in ${half}; ssh-keygen -y -f ${path} > ${path}.pub makes one`);
  const text = `${key.type} ${key.blob}`;
  return { agent: false, path, text, fingerprint: fingerprintOf(key.blob), label: path };
}

function firstLine(path: string): string {
  try {
    const file = statSync(path);
    if (!file.isFile() || file.size > most) return "";
    return (readFileSync(path, "utf8").split("\n")[0] ?? "").trim();
  } catch {
    return "";
  }
}

const noKey = (what: string): Refusal =>
  new Refusal("E_SIGN", {
    what,
    state: "nothing was approved",
    next: "surefoot approve with --key <path of an SSH key>; ssh-keygen -t ed25519 makes one",
  });
