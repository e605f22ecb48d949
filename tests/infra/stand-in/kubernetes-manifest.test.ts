// Between the engine and the API server: secrets are unwrapped for the one, and what others own is nothing to the other.
import { expect, test } from "vitest";
import { plain, prune } from "../../../infra/stand-in/kubernetes-manifest.ts";

const secret = (value: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

test("a manifest holds secrets in the clear, and neither nulls nor the engine's own keys", () => {
  const inputs = { stringData: { KEY: secret("hush") }, list: [secret("x")], none: null, __defaults: [] };
  expect(plain(inputs)).toEqual({ stringData: { KEY: "hush" }, list: ["x"] });
});

test("of a live object only what was asked for is looked at", () => {
  const asked = { spec: { replicas: 3, ports: [{ port: 80 }], labels: {}, gone: 1 } };
  const live = {
    spec: { replicas: 4, ports: [{ port: 80, protocol: "TCP" }], template: { spec: {} } },
    status: { ready: 1 },
  };
  expect(prune(live, asked)).toEqual({ spec: { replicas: 4, ports: [{ port: 80 }], labels: {} } });
});

test("a list of another length is drift as a whole; a secret stays marked", () => {
  expect(prune({ ports: [{ a: 1 }, { b: 1 }] }, { ports: [{ a: 1 }] })).toEqual({
    ports: [{ a: 1 }, { b: 1 }],
  });
  expect(prune({ KEY: "hush" }, { KEY: secret("hush") })).toEqual({ KEY: secret("hush") });
  expect(prune({ KEY: "new" }, { KEY: secret("hush") })).toEqual({ KEY: secret("new") });
});
