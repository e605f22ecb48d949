// Masks base64 that holds a secret, such as the key of a service account or a user and a password. Pure.
import { MASK } from "./registered.ts";

// Lines of one text are read together. Nothing follows that could fail, so nothing is read twice.
const base64 =
  /(?<![\w+/-])[\w+/-]{16,1000000}(?:(?:\\n|\r?\n[ \t]{0,40})[\w+/-]{16,1000000}){0,2000}={0,2}/g;

// Deeper than this nobody wraps by chance.
const DEEPEST = 2;

/** Each run of base64 is masked whole where `mask` finds something in what it says. */
export function maskEncoded(text: string, mask: (text: string) => string, depth = 1): string {
  return text.replace(base64, (run) => {
    const said = Buffer.from(run.replaceAll(/\\n|\s/g, ""), "base64").toString();
    if (!/^[\t\n\r\x20-\x7e]{8,}$/.test(said)) return run;
    const isPair = /^[\w.@-]{1,64}:(?!\/\/)[^\s:]{3,200}$/.test(said);
    const masked = mask(said);
    if (isPair || masked !== said) return MASK;
    return depth < DEEPEST && maskEncoded(said, mask, depth + 1) !== said ? MASK : run;
  });
}
