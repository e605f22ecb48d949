// The plan of a promotion as data and as text: from, to, soak, hold, config with nothing secret in it, samples.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { planPromotion } from "../../../pipelines/promotion/prepare.ts";
import { promotionPlanText } from "../../../pipelines/promotion/report.ts";
import { promoting } from "../../support/promotion-place.ts";
import { refusalFrom } from "../../support/refusal.ts";

const ask = { service: "app", hotfix: false, liftHold: false };
const verifiedAt = "2026-11-22T11:00:00.000Z";
const promotion = (more: object = {}) => ({ promotion: { after: "staging", soak: "2h", ...more } });

test("all of it, while it soaks; values that look secret are masked, and the plan is plain data", async () => {
  const place = promoting();
  const [r1, r2] = [await place.release("r1"), await place.release("r2")];
  mkdirSync(join(place.repo, "contracts"));
  writeFileSync(
    join(place.repo, "contracts", "home.yaml"),
    "name: home\nhttp: { path: / }\nexpect: { status: 200 }\n",
  );
  const accept = [{ service: "app", key: "OLD", reason: "gone soon", owner: "ann" }];
  place.describe("prod", {
    config: { HOST: "https://prod.example.com", API_TOKEN: "canary-here", MORE: "1" },
    contracts: "contracts",
    ...promotion({ accept }),
  });
  const config = { HOST: "https://staging.example.com", API_TOKEN: "canary-there", FLAG: "on" };
  place.pin("staging", { current: { ...r2, config }, history: [], verifiedAt });
  place.pin("prod", { current: r1, history: [] });
  const plan = await planPromotion(place.open("prod"), ask);
  expect(plan).toMatchObject({
    release: "r2",
    from: r1.id,
    to: { release: "r2", digest: r2.digest, config: { MORE: "1" } },
    eligible: { ok: false, code: "E_SOAK", at: "2026-11-22T13:00:00.000Z" },
    sameAlready: false,
    copied: false,
    samples: { count: 1 },
  });
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  expect(promotionPlanText(plan)).toEqual([
    `prod app: ${r1.id} -> ${plan.to?.id}, from staging`,
    "  does not go (E_SOAK): r2 is verified in staging since 2026-11-22T11:00:00.000Z and soaks until 2026-11-22T13:00:00.000Z (7200 s)",
    "  soak: 7200 s, verified since 2026-11-22T11:00:00.000Z, over at 2026-11-22T13:00:00.000Z",
    "  config stops it: FLAG: is given there and not here",
    '  config differs: API_TOKEN: staging "[secret]", prod "[secret]"',
    '  config differs: HOST: staging "https://staging.example.com", prod "https://prod.example.com"',
    "  warning: promotion.accept names OLD, which accepts nothing any more (ann)",
    "  config only here: MORE",
    "  contract: 1 samples; sent to staging before anything is touched; those without side effects are sent to the nodes of the first wave, before it passes",
    expect.stringMatching(/^Next: surefoot promote prod app --release r2 --wait/),
  ]);
});

test("nothing upstream is a plan too; a rehearsal asks the rehearsal, and has the shorter soak", async () => {
  const place = promoting();
  const plan = await planPromotion(place.open("local/prod"), ask);
  expect(plan).toMatchObject({
    upstream: "local/staging",
    release: null,
    to: null,
    parity: null,
    soak: { seconds: 5, verifiedAt: null },
    eligible: { code: "E_NOT_PROMOTED" },
  });
  expect(promotionPlanText(plan)[0]).toBe("local/prod app: nothing -> nothing, from local/staging");
});

test("what runs here already is nothing to do", async () => {
  const place = promoting();
  const r1 = await place.release("r1");
  for (const id of ["staging", "prod"]) place.pin(id, { current: r1, history: [], verifiedAt });
  const plan = await planPromotion(place.open("prod"), ask);
  expect([plan.sameAlready, promotionPlanText(plan)[1]]).toEqual([
    true,
    "  nothing to do: prod runs app r1 already",
  ]);
});

test("an environment that releases are built for, an unknown service and an unknown release are refused", async () => {
  const place = promoting();
  expect((await refusalFrom(planPromotion(place.open("staging"), ask))).code).toBe("E_PROMOTION");
  const prod = place.open("prod");
  expect((await refusalFrom(planPromotion(prod, { ...ask, service: "ap" }))).code).toBe("E_SERVICE");
  expect((await refusalFrom(planPromotion(prod, { ...ask, release: "r7" }))).code).toBe("E_RELEASE_UNKNOWN");
});
