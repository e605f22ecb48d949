// Keeps secrets out of what is shown: registered ones, those the engine masked, those under a telling name, those that look like one.
import { MASK, maskRegistered } from "./registered.ts";

export { MASK } from "./registered.ts";

// The engine writes secrets, files and archives as objects under this key; the second is the mark of a secret.
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

const tellingName =
  /(pass(word|wd|phrase)|secret(string|binary|value|_?key)?|token|credentials?|(private|api|access)[_-]?key|connection[_-]?string|authorization)(wo)?$/i;

// Every repetition is bounded, so that a hostile text costs no more than its length.
const looksSecret: readonly [RegExp, string][] = [
  [
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY( BLOCK)?-----[\s\S]*?(-----END [A-Z ]{0,30}PRIVATE KEY( BLOCK)?-----|$)/g,
    MASK,
  ],
  [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/g, MASK],
  [/\b(gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk-|npm_|[sr]k_(?:live|test)_|AIza)[\w-]{16,255}/g, MASK],
  [/\beyJ[\w-]{8,4000}\.[\w-]{8,4000}\.[\w-]{0,4000}/g, MASK],
  [/:\/\/([^\s/:@]{0,100}):([^\s/@]{1,500})@/g, `://$1:${MASK}@`],
  [
    /(hooks\.slack\.com\/(?:services|workflows)|discord(?:app)?\.com\/api\/webhooks)\/[^\s"']{1,500}/g,
    `$1/${MASK}`,
  ],
  [/(api\.telegram\.org\/bot)[^\s"'/]{1,200}/g, `$1${MASK}`],
  [/([?&](?:X-Amz-(?:Signature|Security-Token)|sig)=)[^\s"'&]{1,4000}/gi, `$1${MASK}`],
  [/(\bauthorization["']?\s{0,5}[:=]\s{0,5}["']?(?:basic|bearer)\s{1,5})[^\s"',;]{1,4000}/gi, `$1${MASK}`],
  [/(\bBearer\s{1,5})[\w.~+/=-]{16,4000}/g, `$1${MASK}`],
  // In quotes a value may hold blanks, and JSON puts none before it.
  [
    /((?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key)\w{0,20}\\{0,3}["']?\s{0,5}[=:]\s{0,5}\\{0,3}["'])[^"'\\]{1,4000}/gi,
    `$1${MASK}`,
  ],
  [/(\s--(?:password|passphrase|secret|token|api-key)\s)[^\s"']{1,4000}/g, `$1${MASK}`],
  [/(\b[A-Z][A-Z0-9_]{0,60}_(?:PASS|PWD)=)[^\s"',;&]{1,4000}/g, `$1${MASK}`],
  [
    /((?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key)\w{0,20}["']?\s{0,5}(?:=|:\s)\s{0,5}["']?)[^\s"',;&]+/gi,
    `$1${MASK}`,
  ],
];

/** A text with whatever is registered as a secret, or looks like one, masked. */
export function maskText(text: string): string {
  let masked = maskRegistered(text);
  for (const [pattern, instead] of looksSecret) masked = masked.replace(pattern, instead);
  return masked;
}

/** True where the value may be shown under no circumstances. */
export function isSecret(key: string, value: unknown): boolean {
  if (value === MASK) return true;
  if (typeof value === "object" && value !== null)
    return (value as Record<string, unknown>)[SIGNATURE] === SECRET;
  return (typeof value === "string" || typeof value === "number") && value !== "" && tellingName.test(key);
}

/** The value with every secret in it masked; keys of the engine's own are left out. */
export function maskValue(key: string, value: unknown): unknown {
  if (isSecret(key, value)) return MASK;
  if (typeof value === "string") return maskText(value);
  if (typeof value === "number") return maskRegistered(String(value)) === MASK ? MASK : value;
  if (Array.isArray(value)) return value.map((one) => maskValue(key, one));
  if (typeof value !== "object" || value === null) return value;
  const { key: named, name } = value as Record<string, unknown>;
  const telling = [named, name].find((one) => typeof one === "string");
  return Object.fromEntries(
    Object.entries(value)
      .filter(([inner]) => !inner.startsWith("__"))
      // A pair such as { name: "DB_PASSWORD", value: "..." } says under one key what the other holds.
      .map(([inner, one]) => [
        maskText(inner),
        maskValue(inner === "value" && telling ? String(telling) : inner, one),
      ]),
  );
}
