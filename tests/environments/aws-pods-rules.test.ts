// Tests the rules of services that run as pods on aws, at the lines where they are to be mended.
import { expect, test } from "vitest";
import { complaintsAbout } from "./written-folder.ts";

const P = "environments/prod.yaml";
const base = `node:24-slim@sha256:${"0".repeat(64)}`;
const given = (cluster: string, names = ["web"]) =>
  [
    "platform: aws",
    "region: eu-central-1",
    "zones: [eu-central-1a, eu-central-1b]",
    `kubernetes: {${cluster}}`,
    "services:",
    ...names.map(
      (name, index) =>
        `  ${name}: {kind: http, route: /${name}, runs: ${index === 0 ? "pods" : "machines"}, nodes: 2, source: x, build: make, start: run}`,
    ),
    "",
  ].join("\n");
const whole = `registry: registry.example.com/game, base: "${base}"`;

test.each<[string, string, string[]]>([
  ["a registry and a base", given(whole), []],
  [
    "neither of them",
    given(""),
    [
      `${P}:6:40 services.web.runs: pods need a place for their images: write kubernetes: {registry: registry.example.com/game}`,
      `${P}:6:40 services.web.runs: pods need an image that releases are laid upon: write kubernetes: {base: node:24-slim@sha256:<64 hex digits>}`,
    ],
  ],
  [
    "a namespace of what is there for all",
    given(`${whole}, namespace: monitoring`),
    [expect.stringContaining("kubernetes.namespace: monitoring is not the environment's own") as string],
  ],
  [
    "a machine's service with a name that the cluster takes",
    given(whole, ["web", "cluster", "pods-web"]),
    [
      `${P}:7:3 services.cluster: the cluster has something of the name cluster`,
      `${P}:8:3 services.pods-web: the cluster has something of the name pods-web`,
    ],
  ],
])("%s", (_name, text, complaints) => {
  expect(complaintsAbout({ prod: text })).toEqual(complaints);
});
