// Values that this run knows to be secret, whatever they look like: masked wherever they turn up, in any spelling. One register a process.
import { tellingOf } from "./secret-names.ts";

export const MASK = "[secret]";

/** Shorter ones cannot be told from ordinary words; under a telling name they are masked all the same. */
const LEAST = 6;

const known = new Set<string>();
let pattern: RegExp | undefined;

/** From now on the value is never shown. One shorter than six characters is passed over. */
export function registerSecret(value: string): void {
  const before = known.size;
  for (const form of formsOf(value)) if (!MASK.includes(form)) known.add(form);
  if (known.size > before) pattern = undefined;
}

/** Masks these values too while `work` runs, and not a moment longer: what one plan keeps secret changes no other plan's text. */
export const alsoMasking = <T>(values: readonly string[], work: () => T): T =>
  masking([...known], values, work);

/** Masks these values while `work` runs, and none that this machine knows of: what people sign is the same text on every machine. */
export const onlyMasking = <T>(values: readonly string[], work: () => T): T => masking([], values, work);

function masking<T>(forms: readonly string[], values: readonly string[], work: () => T): T {
  const before = [...known];
  know(forms);
  for (const value of values) registerSecret(value);
  try {
    return work();
  } finally {
    know(before);
  }
}

function know(forms: readonly string[]): void {
  known.clear();
  for (const form of forms) known.add(form);
  pattern = undefined;
}

/** The text with every registered value masked. */
export function maskRegistered(text: string): string {
  if (known.size === 0 || text.length < LEAST) return text;
  // Backwards, so that of two that begin alike the longer one comes first, and the pattern is a tree of beginnings.
  pattern ??= new RegExp(
    [...known]
      .toSorted((a, b) => (a < b ? 1 : -1))
      .map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`))
      .join("|"),
    "g",
  );
  return text.replace(pattern, MASK);
}

/** A value as it is, each of its lines, and as JSON, URLs and base64 spell it. */
function formsOf(value: string): Set<string> {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const texts = [value, value.trim(), ...(lines.length > 1 ? lines : [])];
  const forms = texts.flatMap((text) =>
    text.length < LEAST
      ? []
      : [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed()), ...base64Of(text)],
  );
  return new Set(forms);
}

/** What stays the same of its base64 wherever in a longer text it stands, in both alphabets. */
function base64Of(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const end = Math.floor(((bytes.length + offset) * 4) / 3);
    const sure = whole.slice(Math.ceil((offset * 4) / 3), end);
    return sure.length < LEAST ? [] : [sure, sure.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

const listing = "SUREFOOT_SECRETS";

const tellingVariable =
  /pass(word|wd|phrase)|secret|token|credential|(api|private|access|signing|encryption)_?key|connection_?string|authorization|webhook|cookie|(?<![a-z])dsn(?![a-z])/i;

/**
 * Values of an environment that are secret: of variables with a telling name, of those that `SUREFOOT_SECRETS` lists (GitHub tells a
 * step nothing of its masks: a workflow names them there), of `named` ones, and passwords inside URLs.
 */
export function secretsOf(env: NodeJS.ProcessEnv, named: readonly string[] = []): string[] {
  const listed = new Set([...named, ...(env[listing] ?? "").split(/[\s,]+/)]);
  return Object.entries(env).flatMap(([name, value = ""]) => {
    if (name === listing) return [];
    const passwords = [...value.matchAll(insideUrl)].flatMap(([, password = ""]) => [password]);
    const own = listed.has(name) || (isTelling(name) && !isPath(value)) ? [value] : [];
    return [...own, ...passwords];
  });
}

// Up to the last @ before the path: people forget to escape it. A port and a path are no password.
const insideUrl = /:\/\/[^\s/:@]{0,100}:(?!\d{1,5}\/)([^\s]{1,4000}?)(?=@[^\s@/]{1,255}(?:[\s/?#]|$))/g;

// PWD is where a shell stands.
const isTelling = (name: string): boolean =>
  tellingVariable.test(name) || (tellingOf(name) === "always" && !/^(?:OLD)?PWD$/.test(name));

/** Such as `AWS_WEB_IDENTITY_TOKEN_FILE`: where a secret lies is none. */
const isPath = (value: string): boolean => /^\.{0,2}\/[\w./-]*$/.test(value) && value.length < 200;
