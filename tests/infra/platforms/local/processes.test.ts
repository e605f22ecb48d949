// A process is known by its pid and its birth, so that nobody else's is taken for ours.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { birthOf, isAlive, livingPid } from "../../../../infra/platforms/local/processes.ts";
import { temporaryFolder } from "../../../support/store.ts";

function sleeper(argument = "600") {
  const child = spawn("sleep", [argument], { stdio: "ignore" });
  const ended = once(child, "exit");
  const end = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(end);
  return { pid: child.pid ?? 0, end };
}

function remembered(text: string): string {
  const file = join(temporaryFolder(), "keeper");
  writeFileSync(file, text);
  return file;
}

it("tells the same birth as long as a process runs, and none after it", async () => {
  const { pid, end } = sleeper();
  const birth = await birthOf(pid);
  expect(birth).toMatch(/\S/);
  expect(await birthOf(pid)).toBe(birth);
  await end();
  expect(await birthOf(pid)).toBeUndefined();
});

it("knows a living process by the file that names it", async () => {
  const { pid, end } = sleeper();
  const file = remembered(`${pid} ${await birthOf(pid)}\n`);
  expect(await livingPid(file)).toBe(pid);
  expect(await isAlive(file)).toBe(true);
  await end();
  expect(await livingPid(file)).toBeUndefined();
  expect(await isAlive(file)).toBe(false);
});

it("takes a process that was born at another time for another", async () => {
  const { pid } = sleeper();
  const birth = await birthOf(pid);
  for (const text of [`${pid} 1`, `${pid} `, `${pid}`, `${pid} ${birth}0`])
    expect(await livingPid(remembered(text)), text).toBeUndefined();
});

it("takes nonsense and nothing for no process", async () => {
  const birth = await birthOf(process.pid);
  for (const text of [
    "",
    "\n",
    "x y",
    `-1 ${birth}`,
    `0 ${birth}`,
    `${process.pid}x ${birth}`,
    `../self ${birth}`,
  ])
    expect(await livingPid(remembered(text)), text).toBeUndefined();
  expect(await livingPid(join(temporaryFolder(), "missing"))).toBeUndefined();
});

it("counts a zombie as none", async () => {
  // The shell becomes a program that never asks how its child ended.
  const script = "sleep 0 & echo $!; exec sleep 600";
  const child = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const [told] = (await once(child.stdout, "data")) as [Buffer];
  const zombie = Number(told.toString());
  await expect.poll(() => birthOf(zombie), { timeout: 10_000 }).toBeUndefined();
  expect(() => process.kill(zombie, 0)).not.toThrow();
});
