// A release in the shape of its pods.
import { expect, it } from "vitest";
import { shapeOf, templateOf } from "../../../../pipelines/rollout/argo/template.ts";
import { aDeployable } from "../../../support/rollout.ts";

const shape = {
  template: {
    metadata: { labels: { "app.kubernetes.io/name": "app" } },
    spec: {
      containers: [
        { name: "app", image: "base", ports: [] },
        { name: "other", image: "x" },
      ],
      priorityClassName: "high",
    },
  },
};
const pinned = { image: "registry/app@sha256:1", config: "app-config-1", secrets: "app-secrets-2" };

it("puts image, command, config and secrets into the service's own container, and nothing else", () => {
  const { spec, metadata } = templateOf(shape, "app", aDeployable("r2"), pinned);
  expect(spec).toMatchObject({
    priorityClassName: "high",
    containers: [
      {
        name: "app",
        image: "registry/app@sha256:1",
        command: ["/bin/sh", "-c", "node main.mjs"],
        workingDir: "/release",
        envFrom: [{ configMapRef: { name: "app-config-1" } }, { secretRef: { name: "app-secrets-2" } }],
      },
      { name: "other", image: "x" },
    ],
  });
  expect(metadata?.labels).toMatchObject({ "app.kubernetes.io/name": "app", "surefoot.dev/release": "r2" });
});

it("gives the same template for the same release, so that no pod restarts for nothing", () => {
  const twice = [1, 2].map(() => JSON.stringify(templateOf(shape, "app", aDeployable("r2"), pinned)));
  expect(twice[0]).toBe(twice[1]);
});

it("hashes a shape whatever the order of its keys", () => {
  const { spec, metadata } = shape.template;
  expect(shapeOf({ template: { spec, metadata } })).toBe(shapeOf(shape));
  expect(shapeOf({ template: { metadata, spec: { ...spec, priorityClassName: "low" } } })).not.toBe(
    shapeOf(shape),
  );
});

it("never changes the hashes that running pods bear", () => {
  expect(shapeOf(shape)).toBe("35cb3d432a06");
  const { metadata } = templateOf(shape, "app", aDeployable("r2"), pinned);
  expect(metadata?.annotations).toMatchObject({
    "surefoot.dev/shape": "35cb3d432a06",
    "surefoot.dev/seal": "fb64447aaac3",
  });
  // Keys that are numbers come first, by their size.
  const spec = { containers: [], nodeSelector: { "0a": "z", "10": "x", "9": "y" } };
  expect(shapeOf({ template: { spec } })).toBe("72ca91a88451");
});

it("refuses a shape without the service's container", () => {
  expect(() => templateOf(shape, "server", aDeployable("r2"), pinned)).toThrow("no container server");
});
