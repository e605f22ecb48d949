// Tests the commands that install what a cluster must hold: pinned, complete, the same cluster throughout.
import { expect, test } from "vitest";
import { catalogCommand, charts, installCommand } from "../../../../infra/platforms/kubernetes/charts.ts";

test.each(Object.keys(charts) as (keyof typeof charts)[])("%s is installed at one version", (name) => {
  expect(installCommand(name, ["--kube-context game"])).toMatch(
    /^helm upgrade --install (\S+) \1 --repo https:\S+ --version v?\d+\.\d+\.\d+ --namespace \S+ --create-namespace .*--kube-context game$/,
  );
});

test("the controller that was proven, and every monitor and rule that somebody writes", () => {
  expect(installCommand("rollouts")).toContain("--set controller.image.tag=v1.9.2");
  expect(installCommand("metrics")).toContain("serviceMonitorSelectorNilUsesHelmValues=false");
  expect(catalogCommand()).toMatch(/^kubectl apply -f https:\S+\.yaml$/);
});
