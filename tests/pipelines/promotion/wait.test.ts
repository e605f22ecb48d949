// Waiting for a soak: told once, looked at again on the way, ended by whatever else stands in the way.
import { expect, test } from "vitest";
import type { PreparedPromotion } from "../../../pipelines/promotion/prepare.ts";
import { whenSoaked } from "../../../pipelines/promotion/wait.ts";
import { manualClock } from "../../support/clock.ts";

type Eligible = PreparedPromotion["plan"]["eligible"];
const prepared = (eligible: Eligible, release = "r2") =>
  ({ plan: { eligible, release, service: "app", environment: "prod" } }) as unknown as PreparedPromotion;

function soaking(seconds: number, then: Eligible) {
  const clock = manualClock();
  const at = new Date(clock.now() + seconds * 1000).toISOString();
  const soak: Eligible = { ok: false, code: "E_SOAK", release: "r2", why: "", next: "", at };
  const asked: (string | undefined)[] = [];
  const said: string[] = [];
  const stop = new AbortController();
  const prepare = async (release?: string) => {
    asked.push(release);
    return prepared(clock.now() < Date.parse(at) ? soak : then);
  };
  const ended = whenSoaked(prepare, { clock, say: (text) => said.push(text), signal: stop.signal });
  return { clock, asked, said, stop, ended, prepare, at };
}

const may: Eligible = { ok: true, release: "r2", record: null };

test("goes on when the soak is over, with the release that the wait began with", async () => {
  const { clock, asked, said, ended, at } = soaking(40, may);
  await clock.advance(40);
  expect((await ended).plan.eligible).toEqual(may);
  expect(asked).toEqual([undefined, "r2", "r2", "r2"]);
  expect(said).toEqual([`prod: waits until ${at}, while app r2 soaks`]);
});

test("a release that is taken back meanwhile ends the wait", async () => {
  const gone: Eligible = { ok: false, code: "E_HOLD", release: "r2", why: "rolled back", next: "" };
  const clock = manualClock();
  const at = new Date(clock.now() + 3_600_000).toISOString();
  const answers: Eligible[] = [{ ok: false, code: "E_SOAK", release: "r2", why: "", next: "", at }, gone];
  const ended = whenSoaked(async () => prepared(answers.shift() ?? gone), {
    clock,
    signal: new AbortController().signal,
  });
  await clock.advance(15);
  expect((await ended).plan.eligible).toEqual(gone);
});

test("Ctrl-C ends it with its own reason", async () => {
  const { stop, ended, clock } = soaking(40, may);
  await clock.advance(1);
  stop.abort(new Error("enough"));
  await expect(ended).rejects.toThrow("enough");
});
