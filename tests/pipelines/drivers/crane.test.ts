// What becomes of a tool that fails, hangs, cannot be started or is no longer wanted.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CraneFailure, openCrane } from "../../../pipelines/drivers/crane.ts";
import { refusalFrom } from "../../support/refusal.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "surefoot-crane-"));
});
afterEach(() => rmSync(home, { recursive: true }));

function program(text: string, mode = 0o755): string {
  const file = join(home, "crane");
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, mode);
  return file;
}

it("gives what was printed, and hands words over as they are", async () => {
  expect(await openCrane(program(`printf '%s|' "$@"; echo`)).run(["digest", "a b;c"], 10)).toBe(
    "digest|a b;c|",
  );
});

it("tells the error without the warnings before it", async () => {
  const crane = openCrane(
    program("echo 'HEAD failed: 404 Not Found' >&2; echo 'Error: GET x: UNAUTHORIZED' >&2; exit 1"),
  );
  const failure = await crane.run([], 10).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CraneFailure);
  expect((failure as Error).message).toBe("Error: GET x: UNAUTHORIZED");
  const odd = openCrane(program("echo panic >&2; exit 2"));
  await expect(odd.run([], 10)).rejects.toThrow(/^panic$/);
});

it("ends one that hangs, and one whose run was interrupted", async () => {
  await expect(openCrane(program("exec sleep 60")).run([], 0.2)).rejects.toThrow(
    "timeout: no end within 0.2 s",
  );
  const stop = new AbortController();
  const running = openCrane(program("exec sleep 60"), stop.signal).run([], 60);
  stop.abort(new Error("interrupted"));
  await expect(running).rejects.toThrow(/^interrupted$/);
  await expect(openCrane("true", stop.signal).run([], 60)).rejects.toThrow(/^interrupted$/);
});

it("says how it is installed where it is missing or is no program", async () => {
  expect((await refusalFrom(openCrane(join(home, "none")).run([], 10))).code).toBe("E_CRANE");
  expect((await refusalFrom(openCrane(program("", 0o644)).run([], 10))).code).toBe("E_CRANE");
});
