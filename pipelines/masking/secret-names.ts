// Tells from a name alone whether what stands under it is a secret, may be one, or is only about one. Pure.

/** always: whatever stands there. dense: what looks random, for the name says too little. never: anything may be shown. */
export type Telling = "always" | "dense" | "never";

// Most names hold none of these and need no closer look.
const hint = /pass|pwd|pw|secret|token|cred|auth|key|conn|jwt|bearer|sas|sig|pat|otp|hmac|webhook/i;

// Words that only say which secret it is, or how it is written, and so tell nothing about it.
const passedOver =
  /^(\d+|wo|b64|base64|encoded|value|string|text|raw|plain|plaintext|binary|data|prod|production|staging|dev|test|live|old|new|current|previous|next|default|primary|secondary|main)$/;

const secret =
  /(?:password|passwd|passphrase|passcode|pwd|secret|token|credentials?|creds|authorization|connstr|connectionstring|(?:api|private|secret|access|auth|account|storage|encryption|signing|signature|master|shared|subscription|consumer)key|(?<!by|com|encom|sur|tres|over|under|im|k)pass)$/;

const about = /pass(?:word|wd|phrase|code)|secret|token|credential/;

// These keys are named after what they are of as often as they are secret.
const vague =
  /(?:^|\W)(?:pw|auth|jwt|bearer|sas|sig|pat|otp|totp|hmac|webhook)$|(?:app|application|service|client|deploy|session|license|ssh|ssl|tls|rsa|gpg|pgp|hmac|webhook|sas)key$/;

// It is about a secret: where it lies, how long it is, how long it holds.
const aside =
  /^(?:name|names|id|ids|arn|ref|refs|reference|file|files|filename|path|dir|mount|url|uri|endpoint|host|issuer|audience|version|versions|type|kind|format|policy|length|size|count|min|max|limit|ttl|age|days|hours|minutes|seconds|ms|expiry|expires|expiration|timeout|rotation|enabled|required|provider|manager|store|template|class|field|checksum|digest|fingerprint|sha256|ts|js|json|yaml|yml|md|go|py|sh)$/;

/** What a name such as `DB_PASSWORD`, `clientSecret` or `X-Api-Key` tells. Its last word counts: `passwordLength` is a length. */
export function tellingOf(name: string): Telling {
  if (!hint.test(name)) return "never";
  const words = wordsOf(name);
  if (secret.test(words.join(""))) return "always";
  while (words.length > 1 && passedOver.test(words.at(-1) ?? "")) words.pop();
  const joined = words.join("").replace(/\d+$/, "");
  if (secret.test(joined)) return "always";
  if (aside.test(words.at(-1) ?? "")) return "never";
  if (vague.test(joined) || vague.test(` ${words.at(-1)}`) || about.test(joined)) return "dense";
  return "never";
}

/** True for what no person would write as a word or a name of a thing: kinds of characters mixed, no digest. */
export function isDense(text: string): boolean {
  if (text.length < 10 || /\s/.test(text) || /^(?:sha\d+:)?[0-9a-f]+$/.test(text)) return false;
  const [lower, upper, digit, sign] = [/[a-z]/, /[A-Z]/, /\d/, /[^\w\s.:/@,()[\]{}-]/].map((kind) =>
    kind.test(text),
  );
  if (lower && upper && digit) return true;
  if ((lower || upper) && digit && sign) return true;
  return text.length >= 20 && Boolean(digit) && /^[A-Za-z0-9]+$/.test(text);
}

const wordsOf = (name: string): string[] =>
  name
    .slice(-120)
    .replaceAll(/([a-z0-9])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$2 ")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
