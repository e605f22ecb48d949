// Rule: a secret stands in no config, and in no state in the clear.
import { kubernetesTypes as types } from "./kubernetes-kinds.ts";
import { isObject, notYetKnown, standing, unjudgeable } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";

const telling = /(pass(word|wd|phrase)|secret|token|credentials?|(private|api|access)_?key)$/i;
// Each repetition is bounded, so that a hostile text costs no more than its length.
const looksSecret =
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----|\b(AKIA|ASIA)[0-9A-Z]{16}\b|\b(ghp|gho|ghs|glpat|github_pat)[_-][\w-]{16,255}|:\/\/[^\s/:@]{1,100}:[^\s/@]{1,500}@/;

/** Entries whose texts can be read; the engine shows those that it keeps secret to nobody. */
function entries(inputs: Inputs, property: string): [string, string][] {
  const found = inputs[property];
  return isObject(found)
    ? Object.entries(found).filter((one): one is [string, string] => typeof one[1] === "string")
    : [];
}

function config(inputs: Inputs): Finding[] {
  if (unjudgeable(inputs["data"])) return [notYetKnown("data")];
  return entries(inputs, "data").flatMap(([key, value]): Finding[] => {
    if (unjudgeable(value) || value === "") return [];
    const property = `data.${key}`;
    const mend = "put it into a Secret that people or a vault write, not the program";
    if (looksSecret.test(value)) return [{ property, what: "a secret stands in a config map", mend }];
    if (!telling.test(key)) return [];
    return [{ property, what: "by its name a secret stands in a config map", mend, level: "advisory" }];
  });
}

function secret(inputs: Inputs): Finding[] {
  return ["data", "stringData"].flatMap((property) =>
    entries(inputs, property)
      .filter(([, value]) => value !== "" && !unjudgeable(value))
      .map(([key]) => ({
        property: `${property}.${key}`,
        what: "its text would stand in the engine's state in the clear",
        mend: "wrap it in pulumi.secret, or let people or a vault write it",
      })),
  );
}

export const secretPlain: Rule = {
  code: "secret-plain",
  what: "no secret stands in config or state in the clear",
  check: standing({ [types.configMap]: config, [types.secret]: secret }),
};
