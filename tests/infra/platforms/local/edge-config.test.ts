// Which service a path belongs to.
import { expect, test } from "vitest";
import { edgeConfigSchema, serviceFor } from "../../../../infra/platforms/local/edge-config.ts";
import type { EdgeService } from "../../../../infra/platforms/local/edge-config.ts";

const http = (name: string, route: string): EdgeService => ({ name, kind: "http", route });
const services = [
  http("web", "/"),
  http("api", "/api"),
  http("v2", "/api/v2/"),
  { ...http("game", "/game"), kind: "sessions" as const },
];

test.each([
  ["/", "web"],
  ["/api", "api"],
  ["/api/", "api"],
  ["/api/v1", "api"],
  ["/apix", "web"],
  ["/api/v2", "v2"],
  ["/api/v2/x", "v2"],
  ["/game", "web"],
])("%s goes to %s", (path, name) => expect(serviceFor(services, path)?.name).toBe(name));

test("a path without a service goes nowhere", () => {
  expect(serviceFor([http("api", "/api"), http("none", "")], "/")).toBeUndefined();
});

test("a service name that cannot stand for a host is refused", () => {
  expect(edgeConfigSchema.safeParse({ services: [{ name: "a/b", kind: "http", route: "/" }] }).success).toBe(
    false,
  );
});
