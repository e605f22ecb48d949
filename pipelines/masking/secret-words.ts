// Values that are no secret though they stand under a telling name: words, references, places of secrets. Pure.
import { MASK } from "./registered.ts";

// `token: true` says that there is one, not which: nobody can guess anything by it, and a diff without it cannot be reviewed.
const words =
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|unknown|unset|empty|missing|absent|present|required|optional|enabled|disabled|invalid|expired|denied|rejected|redacted|masked|hidden|string|number|boolean|object|array|any|str|int|bool|is|are|was|has|must|to|or|and|for|with|from|in|on|as|at|by|the|a|an|of|not|needs|may|flag|option|instead)$/i;

/** True for a word of a closed list, up to three digits, a reference, a path, an ARN, a digest or a mask. */
export function harmless(value: string): boolean {
  const bare = value.replace(/[\])}.,;:!?\\]{1,8}$/, "");
  // Three digits count something; as a secret they would be guessed anyway.
  if (bare === "" || words.test(bare) || /^\d{1,3}$/.test(bare)) return true;
  if (value.replaceAll(MASK, "") === "" || /^(?:[*•x]{3,}|\.{3}|…)$/.test(value)) return true;
  return isReference(value) || isPlace(bare);
}

const isReference = (value: string): boolean =>
  /^(?:\$\{\{?[\w .-]{1,80}\}?\}|\$\([\w ./-]{1,80}\)|\{\{[\w .$-]{1,80}\}\}|<[a-z][a-z _-]{1,60}>|\((?:known|not known)[a-z ]{1,40}\))$/i.test(
    value,
  );

// One that merely begins with a slash may be base64: only places that people know count.
const isPlace = (value: string): boolean =>
  /^(?:\.{1,2}|~|\/(?:etc|var|run|home|root|usr|opt|tmp|mnt|srv|app|dev|proc|data|secrets|work|workspace|Users))(?:\/[\w.-]{1,100}){1,20}\/?$/.test(
    value,
  ) ||
  /^arn:aws[\w-]{0,20}:[\w-]{1,40}:[\w-]{0,30}:\d{0,12}:[\w/+=.@:*-]{1,300}$/.test(value) ||
  /^(?:sha\d{1,3}[:-])[0-9a-f]{32,128}$/.test(value);

/** True for a release or a tag of an image, such as in `auth-token:1.2.3`. */
export const isTag = (value: string): boolean =>
  /^(?:v?\d{1,5}(?:\.\d{1,5}){1,3}|latest|r\d{1,5}|\d{1,5}:\d{1,5})(?:[-+@][\w.:-]{1,100})?[)\],.]?$/.test(
    value,
  );

/** True for a sentence about the name before it, as complaints are: "token: expected a string". */
export const message = (value: string): boolean =>
  /^(?:invalid|required|expected|must|missing|unrecognized|unexpected|should|cannot|is|was|has|does|not|none|no) [a-z"'`]/i.test(
    value,
  );
