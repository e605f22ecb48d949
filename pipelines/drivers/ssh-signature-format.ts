// Reads keys and signatures as OpenSSH writes them: whose key made a signature, for which purpose. What is true of it ssh-keygen tells.
import { createHash } from "node:crypto";

export interface SignatureParts {
  /** `SHA256:...` of the key that it claims to be made with. */
  fingerprint: string;
  namespace: string;
}

/** `SHA256:...` of a public key in base64, as ssh-keygen shows it. */
export function fingerprintOf(blob: string): string {
  const hash = createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64");
  return `SHA256:${hash.replace(/=+$/, "")}`;
}

/** The key in a line such as `ssh-ed25519 AAAA... comment`; undefined where it is none. Certificates are none. */
export function publicKeyOf(line: string): { type: string; blob: string } | undefined {
  const [, type = "", blob = ""] =
    /^([a-z0-9@.-]{3,60}) ([A-Za-z0-9+/]{40,8000}={0,2})( .*)?$/.exec(line) ?? [];
  if (type === "" || type.includes("-cert-")) return undefined;
  const bytes = Buffer.from(blob, "base64");
  // The type stands in the key as well: a line that says another one is damaged.
  return bytes.length > 4 && readText(bytes, 0)?.text === type ? { type, blob } : undefined;
}

/** What a signature says of itself (PROTOCOL.sshsig); undefined where it is none. */
export function readSignature(armored: string): SignatureParts | undefined {
  const [, body] =
    /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n?$/.exec(armored) ??
    [];
  if (body === undefined) return undefined;
  const bytes = Buffer.from(body, "base64");
  if (bytes.subarray(0, 6).toString("latin1") !== "SSHSIG" || bytes.length < 10) return undefined;
  if (bytes.readUInt32BE(6) !== 1) return undefined;
  const key = readText(bytes, 10);
  const namespace = key && readText(bytes, key.end);
  if (key === undefined || namespace === undefined) return undefined;
  return {
    fingerprint: fingerprintOf(Buffer.from(key.text, "latin1").toString("base64")),
    namespace: namespace.text,
  };
}

/** A text with its length in front, as SSH writes it. */
function readText(bytes: Buffer, at: number): { text: string; end: number } | undefined {
  if (at + 4 > bytes.length) return undefined;
  const end = at + 4 + bytes.readUInt32BE(at);
  return end > bytes.length ? undefined : { text: bytes.subarray(at + 4, end).toString("latin1"), end };
}
