// Tests of what chats are told of drift: what is news, and that a clean environment is none.
import { expect, test } from "vitest";
import type { DriftLook } from "../../../pipelines/drift/document.ts";
import { noticeOfDrift } from "../../../pipelines/drift/notice.ts";

const clean: DriftLook = {
  environment: "prod",
  verdict: "clean",
  seconds: 1,
  drifted: [],
  ignored: [],
  stale: [],
};
const change = { type: "t", urn: "u", protect: false, stateful: false, forcedBy: [] };
const path = { path: "running", kind: "changed" as const, before: true, after: false, forces: false };

test("drift names each resource with what differs", () => {
  const look: DriftLook = {
    ...clean,
    verdict: "drifted",
    drifted: [
      { ...change, op: "update", name: "server-02", properties: [path] },
      { ...change, op: "delete", name: "bucket", properties: [] },
    ],
  };
  expect(noticeOfDrift(look, { open: false }, "https://example.com/1")).toEqual({
    kind: "drift",
    environment: "prod",
    title: "prod: 2 resources differ from the description",
    lines: ["server-02: running", "bucket is gone"],
    cause: "drift prod",
    link: "https://example.com/1",
  });
});

test("clean is news only where an issue was open until now; not being up is none", () => {
  expect(noticeOfDrift(clean, { open: false })).toBeUndefined();
  expect(noticeOfDrift(clean, { open: true })?.title).toBe("prod: no drift any more");
  expect(noticeOfDrift({ environment: "prod", verdict: "not-up" }, { open: true })).toBeUndefined();
});

test("a look that failed is news", () => {
  const error = { code: "E_AWS_CREDENTIALS" as const, what: "no credentials", state: "s", next: "sign in" };
  expect(noticeOfDrift({ environment: "prod", verdict: "failed", error }, { open: false })).toMatchObject({
    title: "prod: could not be looked at for drift: E_AWS_CREDENTIALS no credentials",
    lines: ["next: sign in"],
  });
});
