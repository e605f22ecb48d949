// Nothing of the rig outlives its test, however that ends.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isAlive } from "../../../pipelines/drivers/engine-lock.ts";
import { openProcesses } from "./processes.ts";

const temporary = (): string => mkdtempSync(join(tmpdir(), "surefoot-processes-"));

test("a killed test takes its programs and their folder with it", async () => {
  const folder = temporary();
  const file = JSON.stringify(join(import.meta.dirname, "processes.ts"));
  const script = `import { openProcesses } from ${file};
    const program = openProcesses(${JSON.stringify(folder)}).start("sleep", "sleep", ["600"]);
    console.log(program.pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(child.stdout, "data");
  const pid = Number(String(said));
  expect(isAlive(pid)).toBe(true);
  child.kill("SIGKILL");
  await expect.poll(() => [isAlive(pid), existsSync(folder)], { timeout: 10_000 }).toEqual([false, false]);
});

test("a program that ends by itself is told of, with its last words", async () => {
  const processes = openProcesses(temporary());
  const program = processes.start("brief", "sh", ["-c", "echo no such thing; exit 3"]);
  await expect.poll(program.alive).toBe(false);
  expect(program.check).toThrow(/brief has ended: *\nno such thing/);
  const missing = processes.start("missing", "/nowhere/program", []);
  await expect.poll(() => missing.alive()).toBe(false);
  await missing.stop();
  await processes.end();
});

test("a program that does not listen is ended by force", async () => {
  const folder = temporary();
  const processes = openProcesses(folder);
  const program = processes.start("deaf", "sh", ["-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"]);
  await program.stop("SIGTERM", 300);
  expect(program.alive()).toBe(false);
  await processes.end();
  expect(existsSync(folder)).toBe(false);
});
