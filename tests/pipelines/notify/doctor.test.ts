// Tests of what the doctor says of chats: set, missing (no fault), or something else than a webhook.
import { expect, test } from "vitest";
import { examineChats } from "../../../pipelines/notify/doctor.ts";

const notify = [{ chat: "discord" as const, webhook: "HOOK", on: ["done" as const, "failed" as const] }];

test("a webhook of that chat is told as set, and nothing of it is shown", () => {
  const url = "https://discord.com/api/webhooks/123456789012345678/canary-token-0123456789";
  const checks = examineChats(notify, { HOOK: url });
  expect(checks).toEqual([
    { check: "chat discord", ok: true, detail: "HOOK is set; it is told: done, failed" },
  ]);
});

test("one that is missing is no fault of this machine", () => {
  expect(examineChats(notify, {})).toEqual([
    {
      check: "chat discord",
      ok: true,
      detail: "the variable HOOK is not set here: nothing is told from this machine",
    },
  ]);
});

test("one that holds something else is", () => {
  const [check] = examineChats(notify, { HOOK: "https://hooks.slack.com/services/T/B/canary" });
  expect(check).toMatchObject({ ok: false, next: "set HOOK to the webhook that discord shows" });
  expect(JSON.stringify(check)).not.toContain("canary");
});
