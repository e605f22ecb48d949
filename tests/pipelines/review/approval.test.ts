// The bytes that are signed: a signature of an earlier version of this program must hold.
import { expect, it } from "vitest";
import { signedText } from "../../../pipelines/review/approval.ts";

it("is one line of JSON with sorted keys", () => {
  const approval = {
    schema: 1 as const,
    id: "4b3c1d1e-0000-4000-8000-000000000001",
    environment: "prod",
    digest: "sha256:1",
    commit: "c",
    principal: "ann@example.com",
    key: "SHA256:k",
    approvedAt: "2026-01-01T00:00:00.000Z",
    expiresAt: "2026-01-02T00:00:00.000Z",
    acknowledged: ["b", "a"],
    reason: 'said "yes" \u20ac',
  };
  expect(signedText(approval)).toBe(
    '{"acknowledged":["b","a"],"approvedAt":"2026-01-01T00:00:00.000Z","commit":"c","digest":"sha256:1","environment":"prod","expiresAt":"2026-01-02T00:00:00.000Z","id":"4b3c1d1e-0000-4000-8000-000000000001","key":"SHA256:k","principal":"ann@example.com","reason":"said \\"yes\\" \u20ac","schema":1}',
  );
});
