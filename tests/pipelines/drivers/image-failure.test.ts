// Each thing a registry says has one code, and no message tells a password.
import { expect, it } from "vitest";
import { imageFailure, isAbsent, isDenied } from "../../../pipelines/drivers/image-failure.ts";

const base = `node:24-slim@sha256:${"b".repeat(64)}`;
const places = { image: "registry.example.com/game/server:1-2", base };
const pushing = (what: string) => `Error: pushing image ${places.image}: ${what}`;
const pulling = (what: string) => `Error: pulling ${base}: ${what}`;

it.each([
  [
    pushing("PUT https://registry.example.com/v2/: UNAUTHORIZED: authentication required"),
    "E_REGISTRY_DENIED",
  ],
  [pushing("POST https://x/: unexpected status code 401 Unauthorized"), "E_REGISTRY_DENIED"],
  [pushing("PUT https://x/: DENIED: requested access to the resource is denied"), "E_REGISTRY_DENIED"],
  [pushing('error getting credentials - err: exec: "docker-credential-x": not found'), "E_REGISTRY_DENIED"],
  ['Error: Get "https://x/v2/": dial tcp: lookup x on 10.0.0.1:53: no such host', "E_REGISTRY"],
  ['Error: Get "https://x/v2/": tls: failed to verify certificate: x509: unknown authority', "E_REGISTRY"],
  ['Error: Get "https://x/v2/": http: server gave HTTP response to HTTPS client', "E_REGISTRY"],
  [pushing("PUT https://x/: TOOMANYREQUESTS: slow down"), "E_REGISTRY"],
  [pushing("unexpected status code 503 Service Unavailable"), "E_REGISTRY"],
  ["timeout: no end within 60 s", "E_REGISTRY"],
  [pushing("TAG_INVALID: the tag is immutable"), "E_IMAGE_PUSH"],
  [pushing("NAME_UNKNOWN: the repository does not exist"), "E_IMAGE_PUSH"],
  [pushing("unexpected status code 507: no space left on device"), "E_IMAGE_PUSH"],
  [pulling("MANIFEST_UNKNOWN: unknown manifest"), "E_BASE_IMAGE"],
  [pulling("no child with platform linux/amd64 in index node"), "E_BASE_IMAGE"],
  [pulling("UNAUTHORIZED: authentication required"), "E_REGISTRY_DENIED"],
  [pulling('Get "https://index.docker.io/v2/": dial tcp: i/o timeout'), "E_REGISTRY"],
])("%s: %s", (said, code) => {
  expect(imageFailure(said, places).code).toBe(code);
});

it("names the registry that is meant, the base's or ours", () => {
  expect(imageFailure(pulling("DENIED: no"), places).next).toContain("docker login index.docker.io");
  const other = { ...places, base: `localhost:5000/base@sha256:${"b".repeat(64)}` };
  expect(imageFailure(pulling("DENIED: no"), other).next).toContain("docker login localhost:5000`");
  expect(imageFailure(pushing("DENIED: no"), places).next).toContain("crane auth login registry.example.com");
});

it("tells no password and no control characters", () => {
  const said = pushing(
    'Get "https://ann:hunter2@registry.example.com/v2/": \u001b[31mdenied\u0007\u202e: UNAUTHORIZED',
  );
  const { details } = imageFailure(said, places);
  expect(details.join()).not.toContain("hunter2");
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(details.join()).not.toMatch(/[\u0000-\u001f\u007f\u202e]/);
  expect(details.join()).toContain("UNAUTHORIZED");
});

it("knows an image that is not there yet from one that may not be seen", () => {
  expect(isAbsent("GET https://x/: MANIFEST_UNKNOWN: manifest unknown")).toBe(true);
  expect(isAbsent("unexpected status code 404 Not Found")).toBe(true);
  expect(isAbsent("dial tcp 127.0.0.1:404: connect: connection refused")).toBe(false);
  expect(isDenied("unexpected status code 403 Forbidden")).toBe(true);
  expect(isDenied("unexpected status code 500")).toBe(false);
});
