// A session with real shells at the other end: answers by number, ends and silences told, opened again after a death.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openSession } from "../../../pipelines/drivers/session.ts";
import { NodeTrouble } from "../../../pipelines/rollout/fleet.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { temporaryFolder } from "../../support/store.ts";

function session(script: string, ...words: string[]) {
  const opened = openSession("app-01", ["sh", "-c", script, "sh", ...words]);
  onTestFinished(opened.close);
  return opened;
}

const trouble = async (action: Promise<unknown>): Promise<string> => {
  const error: unknown = await action.then(
    () => new Error("it went well"),
    (caught: unknown) => caught,
  );
  if (!(error instanceof NodeTrouble)) throw error;
  return error.message;
};

const echo = 'while read -r id verb rest; do echo "$id ok $verb:$rest"; done';

it("gives each question its own answer", async () => {
  const { ask } = session(echo);
  const answers = await Promise.all([ask(["status"]), ask(["drain", 7]), ask(["switch", 7, "r1+ab"])]);
  expect(answers).toEqual(["status:", "drain:7", "switch:7 r1+ab"]);
});

it("matches answers by number, whatever their order", async () => {
  const { ask } = session('read -r a x; read -r b y; echo "$b ok $y"; echo "$a ok $x"; cat >/dev/null');
  expect(await Promise.all([ask(["one"]), ask(["two"])])).toEqual(["one", "two"]);
});

it("takes no notice of lines that answer nothing", async () => {
  const { ask } = session(
    'read -r id x; echo; echo "99 ok"; echo "a warning"; echo "$id ok yes"; cat >/dev/null',
  );
  expect(await ask(["status"])).toBe("yes");
});

it("uses one session for all questions", async () => {
  const { ask } = session('while read -r id verb; do echo "$id ok $$"; done');
  const pids = [await ask(["a"]), await ask(["b"]), ...(await Promise.all([ask(["c"]), ask(["d"])]))];
  expect(new Set(pids).size).toBe(1);
});

it("tells the node's own words when it refuses a verb", async () => {
  const { ask } = session('while read -r id verb; do echo "$id err $verb no such release "; done');
  expect(await trouble(ask(["switch"]))).toBe("app-01: switch no such release");
});

it("ends the run when the node obeys a newer holder", async () => {
  const { ask } = session('while read -r id verb; do echo "$id err fenced 12"; done');
  expect(await refusalFrom(ask(["switch", 7, "r1"]))).toMatchObject({
    code: "E_LEASE_LOST",
    message: "app-01 obeys a newer holder of the lease (token 12)",
  });
});

it("tells every question of a session that dies, with its last words", async () => {
  const { ask } = session('read -r id x; read -r id y; echo "disk full" >&2; exit 3');
  const [one, two] = await Promise.all([trouble(ask(["status"])), trouble(ask(["drain"]))]);
  expect(one).toBe("app-01: the session ended disk full");
  expect(two).toBe(one);
});

it("answers what came before the death, and only fails the rest", async () => {
  const { ask } = session('read -r id x; echo "$id ok done"; read -r id x; kill -9 $$');
  const [one, two] = await Promise.all([ask(["stop"]), trouble(ask(["start"]))]);
  expect(one).toBe("done");
  expect(two).toBe("app-01: the session ended");
});

it("opens again after a death", async () => {
  const { ask } = session('read -r id x; echo "$id ok $$"');
  const pids = new Set<string>();
  for (let round = 0; round < 5; round += 1) {
    // Each session answers once and ends: a question may meet the end of the one before.
    pids.add(await ask(["status"]).catch(() => ask(["status"])));
  }
  expect(pids.size).toBe(5);
});

it("gives up on an answer that does not come, and asks the next question on a new session", async () => {
  const { ask } = session('read -r id x; if [ "$x" = drain ]; then echo "$id ok $$"; fi; cat >/dev/null');
  const first = ask(["status"], 0.1);
  const behind = trouble(ask(["stop"]));
  expect(await trouble(first)).toBe("app-01: no answer to status within 0.1 s");
  expect(await behind).toBe("app-01: the session was given up");
  expect(await ask(["drain"])).toMatch(/^\d+$/);
});

it("says when there is nothing at the other end", async () => {
  const opened = openSession("app-01", ["surefoot-no-such-program"]);
  onTestFinished(opened.close);
  expect(await trouble(opened.ask(["status"]))).toContain("app-01: cannot be reached:");
});

it("fails what waits when it is closed, and lets the other end go", async () => {
  const end = join(temporaryFolder(), "end");
  const opened = session('read -r id x; echo "$id ok"; while read -r id x; do :; done; echo gone >"$1"', end);
  await opened.ask(["status"]);
  const waiting = trouble(opened.ask(["stop"]));
  opened.close();
  expect(await waiting).toBe("app-01: the session was closed");
  await expect.poll(() => existsSync(end) && readFileSync(end, "utf8"), { timeout: 10_000 }).toBe("gone\n");
});

it("sits in a process group of its own, away from Ctrl-C", async () => {
  const { ask } = session('while read -r id x; do echo "$id ok $(ps -o pgid= -p $$) $$"; done');
  const [group, pid] = (await ask(["status"])).trim().split(/ +/);
  expect(group).toBe(pid);
});
