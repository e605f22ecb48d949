// Tests of what waits for one chat: gathered by cause within a window, in order, sent at once at the end.
import { expect, test } from "vitest";
import type { Notice } from "../../../pipelines/notify/notice.ts";
import { openQueue } from "../../../pipelines/notify/queue.ts";
import { manualClock } from "../../support/clock.ts";

const notice = (cause: string, title: string): Notice => ({
  kind: "wave",
  environment: "prod",
  title,
  lines: [],
  cause,
});

function rig(slow?: Promise<void>) {
  const clock = manualClock();
  const start = clock.now();
  const sent: { at: number; titles: string[] }[] = [];
  const queue = openQueue(clock, 3, async (notices) => {
    sent.push({ at: (clock.now() - start) / 1000, titles: notices.map(({ title }) => title) });
    if (sent.length === 1) await slow;
  });
  return { clock, sent, queue };
}

test("what has one cause and comes within three seconds is one message; another cause is another", async () => {
  const { clock, sent, queue } = rig();
  queue.add(notice("a", "a1"));
  await clock.advance(1);
  queue.add(notice("b", "b1"));
  queue.add(notice("a", "a2"));
  await clock.advance(3);
  queue.add(notice("a", "a3"));
  await clock.advance(10);
  expect(sent).toEqual([
    { at: 3, titles: ["a1", "a2"] },
    { at: 4, titles: ["b1"] },
    { at: 7, titles: ["a3"] },
  ]);
});

test("while one is under way the next are gathered longer, and none overtakes", async () => {
  let go = (): void => {};
  const { clock, sent, queue } = rig(new Promise((resolve) => (go = resolve)));
  queue.add(notice("a", "a1"));
  await clock.advance(3);
  queue.add(notice("a", "a2"));
  queue.add(notice("b", "b1"));
  await clock.advance(60);
  queue.add(notice("a", "a3"));
  expect(sent).toHaveLength(1);
  go();
  await queue.drain();
  expect(sent.map(({ titles }) => titles)).toEqual([["a1"], ["a2", "a3"], ["b1"]]);
});

test("the end waits for no window", async () => {
  const { sent, queue } = rig();
  queue.add(notice("a", "a1"));
  queue.add(notice("b", "b1"));
  await queue.drain();
  expect(sent).toEqual([
    { at: 0, titles: ["a1"] },
    { at: 0, titles: ["b1"] },
  ]);
});

test("nothing to send is nothing to wait for", async () => {
  const { sent, queue } = rig();
  await queue.drain();
  expect(sent).toEqual([]);
});
