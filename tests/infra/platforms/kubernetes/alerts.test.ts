// The alerts of a cluster: each one about this environment, with the thresholds of its description.
import { expect, it } from "vitest";
import { declare, inCluster } from "./mocks.ts";

interface Rule {
  alert: string;
  expr: string;
  labels: Record<string, string>;
}

const rulesOf = async (description = inCluster()): Promise<Rule[]> => {
  const { groups } = (await declare(description)).one("PrometheusRule", "environment").spec;
  return groups.flatMap(({ rules }: { rules: Rule[] }) => rules);
};

it("looks at nothing outside its namespace, and says whose it is", async () => {
  const rules = await rulesOf();
  for (const { alert, expr, labels } of rules) {
    const selectors = expr.match(/\{[^}]*\}?[^{]*?\}/g) ?? [];
    expect(selectors.length, alert).toBeGreaterThan(0);
    for (const selector of selectors) expect(selector, alert).toContain('namespace="surefoot-prod"');
    expect(labels).toMatchObject({ namespace: "surefoot-prod", environment: "prod" });
  }
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(13);
});

it("takes its thresholds from the description", async () => {
  const wanted = inCluster();
  Object.assign(wanted.monitoring, { errorRate: 0.05, latencyP95: 0.25, freeStorage: 1024 });
  const expr = async (alert: string) =>
    (await rulesOf(wanted)).find((rule) => rule.alert === alert)?.expr ?? "";
  expect(await expr("SurefootErrors")).toMatch(/ > 0\.05$/);
  expect(await expr("SurefootSlow")).toMatch(/ > 0\.25$/);
  expect(await expr("SurefootDatabaseSpace")).toMatch(/ < 1024$/);
});

it("tells people where the description names some", async () => {
  const { spec } = (await declare(inCluster())).one("AlertmanagerConfig", "environment");
  expect(spec.receivers).toEqual([
    {
      name: "team",
      emailConfigs: [{ to: "oncall@example.com", sendResolved: true }],
      slackConfigs: [{ channel: "C0123ABCD", sendResolved: true }],
    },
  ]);
});
