// Rules of the config of one service: each needed key has a value, and the value is what the need says.
import type { Finding } from "./complaint.ts";
import type { Service } from "./shape.ts";

type Need = Service["needs"][string];

// Every node sets these itself: a config value would be overwritten, or would break the node.
const SET_BY_THE_NODE = new Set(
  "PORT NODE_NAME NODE_ZONE SERVICE RELEASE START PATH DRAIN_FILE ACCESS_LOG".split(" "),
);

const READS: Record<Need, { fits: (value: string) => boolean; expected: string }> = {
  string: { fits: () => true, expected: "text" },
  url: {
    fits: (value) => value.includes("://") && URL.canParse(value),
    expected: "a URL, such as https://images.example.com",
  },
  integer: { fits: (value) => /^-?\d{1,15}$/.test(value), expected: "a whole number" },
  boolean: { fits: (value) => value === "true" || value === "false", expected: "true or false" },
};

/** What is missing or wrong in the config of a service; paths are relative to the service. */
export function configRules({ needs, config }: Pick<Service, "needs" | "config">): Finding[] {
  const findings: Finding[] = [];
  for (const [key, need] of Object.entries(needs)) {
    const value = Object.hasOwn(config, key) ? config[key] : undefined;
    if (value === undefined) {
      const message = `the service needs ${key} (${need}), and config gives it no value`;
      findings.push({ path: ["config", key], rule: "config-missing", message });
    } else if (!READS[need].fits(value)) {
      const message = `${JSON.stringify(value.slice(0, 60))} is not ${READS[need].expected}, which needs.${key} asks for`;
      findings.push({ path: ["config", key], rule: "config-not-as-needed", message });
    }
  }
  for (const key of Object.keys(config)) {
    if (!SET_BY_THE_NODE.has(key)) continue;
    findings.push({
      path: ["config", key],
      rule: "config-reserved",
      message: "the node sets this key itself",
    });
  }
  return findings;
}
