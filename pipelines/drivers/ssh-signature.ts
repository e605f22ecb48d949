// Makes and checks signatures with ssh-keygen, the way git does: no shell, absolute paths, files in a folder of its own.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "../errors.ts";
import type { SigningKey } from "./ssh-signature-key.ts";

// Somebody may have to type a passphrase or touch a key; a check is a matter of milliseconds.
const signSeconds = 300;
const checkSeconds = 30;
const mostOutput = 100_000;

export interface SignatureCheck {
  message: string;
  signature: string;
  principal: string;
  namespace: string;
  /** Lines of an allowed signers file. */
  allowed: string;
  /** Public keys, a line each. */
  revoked: string;
  /** When, by the store's clock, epoch milliseconds: keys may be valid for a time. */
  at: number;
}

/** Null where the signature is good, else why it is not, in ssh-keygen's words. Refuses with E_SIGN where that tool is missing. */
export async function checkSignature(check: SignatureCheck): Promise<string | null> {
  const { message, signature, principal, namespace, allowed, revoked, at } = check;
  const files = { allowed, signature, revoked };
  return inFolder(files, async (path) => {
    const words = ["-Y", "verify", "-n", namespace, "-I", principal, "-O", `verify-time=${timeText(at)}`];
    words.push("-f", path("allowed"), "-s", path("signature"), "-r", path("revoked"));
    const { code, errors } = await run(words, message, checkSeconds);
    if (code === 0) return null;
    const told = errors.split("\n").filter((line) => line !== "" && line !== "Could not verify signature.");
    return told.join("; ").replaceAll(path("allowed"), "environments/approvers") || "it does not fit";
  });
}

/**
 * The armored signature. Refuses with E_SIGN, in ssh-keygen's words; a passphrase is asked for at the terminal, and `tell` hears
 * meanwhile what it says, such as that a hardware key waits to be touched.
 */
export async function sign(
  message: string,
  { key, namespace, tell = () => {} }: { key: SigningKey; namespace: string; tell?: (words: string) => void },
): Promise<string> {
  return inFolder({ key: key.agent ? `${key.text}\n` : "" }, async (path) => {
    const from = key.agent ? ["-U", "-f", path("key")] : ["-f", key.path];
    const { code, output, errors } = await run(
      ["-Y", "sign", "-n", namespace, ...from],
      message,
      signSeconds,
      tell,
    );
    if (code === 0) return output;
    const told = errors
      .split("\n")
      .filter((line) => line !== "" && line !== "Signing data on standard input");
    throw new Refusal("E_SIGN", {
      what: `ssh-keygen did not sign with ${key.label}: ${told.join("; ") || `it ended with ${code}`}`,
      state: "nothing was approved",
      next: "name another key: --key <path>; one with a passphrase must be in your agent (ssh-add) where there is no terminal",
    });
  });
}

/** Without a time zone it is read in that of the process, and `run` makes that UTC. */
const timeText = (at: number): string => new Date(at).toISOString().replaceAll(/[-T:]/g, "").slice(0, 14);

/** Writes the texts into a folder that only we can read, and takes it away again. */
async function inFolder<T>(
  texts: Record<string, string>,
  work: (path: (name: string) => string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "surefoot-signature-"));
  try {
    for (const [name, text] of Object.entries(texts))
      await writeFile(join(folder, name), text, { mode: 0o600 });
    return await work((name) => join(folder, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(
  words: readonly string[],
  input: string,
  seconds: number,
  tell: (words: string) => void = () => {},
): Promise<{ code: number; output: string; errors: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
    const child = spawn("ssh-keygen", words, { env, stdio: "pipe", timeout: seconds * 1000 });
    let [output, errors] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(0, mostOutput)));
    child.stderr.on("data", (chunk: Buffer) => {
      if (!chunk.toString().startsWith("Signing data")) tell(chunk.toString());
      errors = (errors + chunk.toString()).slice(0, mostOutput);
    });
    child.once("error", (error) => reject(missing(error)));
    child.once("close", (code) => resolve({ code: code ?? 255, output, errors }));
    // It may end without reading: that is told by its exit code.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

const missing = (cause: Error): Refusal =>
  new Refusal(
    "E_SIGN",
    {
      what: `signatures are made and checked with ssh-keygen, and it cannot be started: ${cause.message}`,
      state: "nothing was changed",
      next: "install OpenSSH 8.9 or newer and put it on PATH",
    },
    { cause },
  );
