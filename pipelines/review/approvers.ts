// Reads environments/approvers (allowed signers of ssh-keygen): who may approve, with which keys, and which names are one person. Pure.
import { fingerprintOf, publicKeyOf } from "../drivers/ssh-signature-format.ts";
import { principalPattern } from "./approval.ts";

export interface ApproverKey {
  /** Lower case. */
  principals: string[];
  fingerprint: string;
  /** The line for ssh-keygen, written anew: what it reads is what we read. */
  line: string;
}

export interface Approvers {
  keys: ApproverKey[];
  complaints: string[];
}

// A pattern would let one key speak for many people, and a certificate authority make people that no file names.
const option = /^(namespaces="[A-Za-z0-9@._,-]{1,200}"|valid-(after|before)="\d{8}(\d{4}(\d{2})?)?Z?")$/;

/** Every key of the file, or what is wrong with its lines. */
export const parseApprovers = (text: string): Approvers => parseLines(text, approverIn);

/** Keys of environments/revoked-keys, one public key a line. */
export const parseRevoked = (text: string): Approvers => parseLines(text, revokedIn);

function parseLines(text: string, keyIn: (line: string) => ApproverKey | string): Approvers {
  const keys: ApproverKey[] = [];
  const complaints: string[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const key = keyIn(line);
    if (typeof key === "string") complaints.push(`line ${index + 1}: ${key}`);
    else keys.push(key);
  }
  return { keys, complaints };
}

function approverIn(line: string): ApproverKey | string {
  const [, names = "", rest = ""] = /^(\S+)[ \t]+(.*)$/.exec(line) ?? [];
  const principals = names.split(",").map((name) => name.toLowerCase());
  if (!principals.every((name) => principalPattern.test(name)))
    return "begins with mail addresses, joined by commas; no patterns and no quotes";
  const plain = publicKeyOf(rest);
  const [, options = "", behind = ""] =
    plain === undefined ? (/^(\S+)[ \t]+(.*)$/.exec(rest) ?? []) : ["", "", rest];
  const key = plain ?? publicKeyOf(behind);
  if (key === undefined) return "has no public key such as ssh-ed25519 AAAA... (certificates are none)";
  const list = options === "" ? [] : options.split(/,(?=[a-z-]+=)/);
  const odd = list.find((one) => !option.test(one));
  if (odd !== undefined) return `has the option ${odd}; known are namespaces, valid-after and valid-before`;
  const written = [principals.join(","), ...(options === "" ? [] : [options]), key.type, key.blob].join(" ");
  return { principals, fingerprint: fingerprintOf(key.blob), line: written };
}

function revokedIn(line: string): ApproverKey | string {
  const key = publicKeyOf(line);
  if (key === undefined) return "is not a public key such as ssh-ed25519 AAAA...";
  return { principals: [], fingerprint: fingerprintOf(key.blob), line: `${key.type} ${key.blob}` };
}

/** Tells one person by any of the names and keys that they have: names that share a key are one, and keys that share a name. */
export function personOf(keys: readonly ApproverKey[]): (nameOrKey: string) => string {
  const parent = new Map<string, string>();
  const root = (one: string): string => {
    const above = parent.get(one);
    return above === undefined || above === one ? one : root(above);
  };
  for (const { principals, fingerprint } of keys)
    for (const name of principals) parent.set(root(name), root(fingerprint));
  return (nameOrKey) => root(nameOrKey.startsWith("SHA256:") ? nameOrKey : nameOrKey.toLowerCase());
}
