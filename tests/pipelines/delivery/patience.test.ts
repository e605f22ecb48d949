// When an environment may be begun: after whoever is at work there, and never in a freeze; what to type then is told.
import { expect, test } from "vitest";
import { planLeg } from "../../../pipelines/delivery/leg-plan.ts";
import { againText, planWithPatience, soakText, whenFree } from "../../../pipelines/delivery/patience.ts";
import { Refusal } from "../../../pipelines/errors.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { promoting } from "../../support/promotion-place.ts";

const quiet = { say: () => {}, signal: new AbortController().signal };
const held = new Refusal("E_LEASE_HELD", { what: "ann is at it", state: "", next: "" });

test("waits for whoever is at work, and says so once; without patience it refuses as they do", async () => {
  const said: string[] = [];
  let busy = 1;
  const order = { environment: "prod", pins: null, patientUntil: Date.now() + 60_000 };
  const work = async (): Promise<void> => {
    busy -= 1;
    if (busy >= 0) throw held;
  };
  await whenFree(order, { ...quiet, say: (text) => said.push(text) }, work);
  expect(said).toEqual(["prod: waits: ann is at it"]);
  busy = 1;
  expect(await refusalFrom(whenFree({ ...order, patientUntil: 0 }, quiet, work))).toBe(held);
});

test("a freeze keeps releases out before anything is begun, so that no approval is used up for nothing", async () => {
  const { describe, pin, release, open } = promoting();
  const verifiedAt = "2026-11-22T11:00:00.000Z";
  pin("staging", { current: await release("r1"), history: [], verifiedAt });
  const window = { reason: "sale", start: "2026-11-22T00:00:00Z", end: "2026-11-23T00:00:00Z" };
  const freeze = { freeze: [window] };
  describe("prod", { promotion: { after: "staging", soak: "0s" }, ...freeze });
  const order = { environment: "prod", pins: null, patientUntil: 0 };
  const refusal = await refusalFrom(planWithPatience(open("prod"), order, quiet));
  expect([refusal.code, refusal.state]).toEqual(["E_FROZEN", "nothing was begun here"]);
  expect(refusal.next).toContain("surefoot deliver prod, once the window has ended");
  const [frozen] = (await planLeg(open("prod"), { ...quiet, builds: false })).releases;
  pin("prod", { current: frozen?.target ?? null, history: [], verifiedAt });
  expect((await planWithPatience(open("prod"), order, quiet)).releases).toEqual([]);
});

test("the same is delivered once more by a push that is not empty, or with the branch of the pins", () => {
  const again = (pins: Parameters<typeof againText>[0]["pins"]) => againText({ environment: "prod", pins });
  expect(again(null)).toBe("surefoot deliver prod");
  expect(again({ remote: "origin", branch: "main" })).toBe("surefoot deliver prod --commit-pins origin/main");
  expect(again({ remote: ".", branch: "main" })).toContain("--allow-empty");
});

test("a soak is told in seconds where it is short, and until a time of the clock where it is not", () => {
  const now = Date.parse("2026-11-22T12:56:48.900Z");
  expect(soakText(now + 3_820, now)).toBe("4 s");
  expect(soakText(now, now)).toBe("1 s");
  expect(soakText(now + 90_001, now)).toBe("until 2026-11-22 12:58:19 UTC");
});
