// The keeper of a node: boots, halts, heals after every kind of death, and never touches a process that is not its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { crashingOnce, deaf, newNode, patient, runs, shells } from "./rig.ts";

describe.each(shells)("with %s", (shell) => {
  it("boots once, however often it is asked", async () => {
    const node = newNode(shell);
    await node.run("boot");
    const keeper = node.remembered("keeper");
    await node.run("boot");
    expect(node.remembered("keeper")).toBe(keeper);
    expect(node.processes().filter((line) => line.endsWith("node.sh keeper"))).toHaveLength(1);
  });

  it("is down before it is booted, and refuses to start then", async () => {
    const node = newNode(shell);
    expect((await node.status()).state).toBe("down");
    for (const verb of ["start", "stop", "kill"])
      await expect(node.ask([verb, 1])).rejects.toThrow(`app-01: ${verb} the keeper is down`);
  });

  it("halts in order: service, keeper, files", async () => {
    const node = newNode(shell);
    await node.run("boot");
    await node.deploy("r1+a");
    await expect.poll(node.pids, patient).toHaveLength(1);
    await node.run("halt", "10");
    expect(node.pids().filter(runs)).toEqual([]);
    for (const file of ["keeper", "service", "control"])
      expect(existsSync(join(node.home, "run", file)), file).toBe(false);
    expect(await node.status()).toMatchObject({ state: "down", current: "r1+a" });
  });

  it("halts a node whose service hangs, after the time it was given", async () => {
    const node = newNode(shell);
    await node.run("boot");
    await node.deploy("r1+a", deaf);
    await expect.poll(node.pids, patient).toHaveLength(1);
    const began = Date.now();
    await node.run("halt", "1");
    expect(Date.now() - began).toBeGreaterThan(900);
    await expect.poll(() => node.pids().filter(runs), patient).toEqual([]);
  });

  it.each(["0", "10"])(
    "halts a node that waits to start a crashed service, for good (%s s)",
    async (seconds) => {
      const node = newNode(shell);
      await node.run("boot");
      await node.deploy("r1+a", crashingOnce);
      await expect.poll(async () => (await node.status()).restarts, patient).toBe(1);
      await node.run("halt", seconds);
      const left = () => node.processes().filter((line) => !line.endsWith("session"));
      await expect.poll(left, patient).toEqual([]);
      expect(node.pids()).toHaveLength(1);
    },
  );

  it("starts its service again at the next boot, unless it was stopped", async () => {
    const node = newNode(shell);
    await node.run("boot");
    await node.deploy("r1+a");
    await expect.poll(node.pids, patient).toHaveLength(1);
    await node.run("halt", "10");
    await node.run("boot");
    await expect.poll(node.pids, patient).toHaveLength(2);
    await node.becomes("running");
    await node.ask(["stop", 1]);
    await node.becomes("stopped");
    await node.run("halt", "10");
    await node.run("boot");
    expect((await node.status()).state).toBe("idle");
    expect(node.pids()).toHaveLength(2);
  });

  it("heals after its keeper was killed, and runs the service once", async () => {
    const node = newNode(shell);
    await node.run("boot");
    await node.deploy("r1+a");
    await expect.poll(node.pids, patient).toHaveLength(1);
    await node.becomes("running");
    process.kill(node.remembered("keeper"), "SIGKILL");
    await node.becomes("down");
    await node.run("boot");
    await expect.poll(node.pids, patient).toHaveLength(2);
    await node.becomes("running");
    expect(node.pids().map(runs)).toEqual([false, true]);
    expect(node.processes().filter((line) => line.includes("tail -f"))).toHaveLength(1);
  });

  it("runs no second service when its keeper was killed before a start", async () => {
    const node = newNode(shell);
    await node.run("boot");
    await node.deploy("r1+a", crashingOnce);
    await expect.poll(async () => (await node.status()).restarts, patient).toBe(1);
    process.kill(node.remembered("keeper"), "SIGKILL");
    await node.run("boot");
    await expect.poll(node.pids, patient).toHaveLength(2);
    // The one who waited for the old keeper ends by itself.
    const waiting = () => node.processes().filter((line) => line.endsWith("keeper")).length;
    await expect.poll(waiting, patient).toBe(2);
    expect(node.pids()).toHaveLength(2);
    expect(node.processes().filter((line) => line.includes("tail -f"))).toHaveLength(1);
  });

  it("leaves a foreign process alone whose pid it once had", async () => {
    const node = newNode(shell);
    const foreign = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
    const ended = once(foreign, "exit");
    onTestFinished(async () => {
      foreign.kill("SIGKILL");
      await ended;
    });
    // As after a power cut: the files are there, the pids are somebody else's by now.
    mkdirSync(join(node.home, "run"));
    for (const birth of ["1", "", "x y"]) {
      for (const file of ["keeper", "service"])
        writeFileSync(join(node.home, "run", file), `${foreign.pid} ${birth}\n`);
      await node.run("halt", "1");
      expect((await node.status()).state).toBe("down");
      await node.run("boot");
      expect((await node.status()).state).toBe("idle");
      await node.run("halt", "10");
      expect(runs(foreign.pid ?? 0)).toBe(true);
    }
  });

  it("boots over whatever a power cut left", async () => {
    const node = newNode(shell);
    mkdirSync(join(node.home, "run"));
    for (const file of ["keeper", "service", "control", "state", "wanted"])
      writeFileSync(join(node.home, "run", file), "");
    writeFileSync(join(node.home, "fence"), "");
    writeFileSync(join(node.home, "current"), "");
    await node.run("boot");
    expect(await node.status()).toMatchObject({ state: "idle", current: null });
    await node.deploy("r1+a");
    await expect.poll(node.pids, patient).toHaveLength(1);
  });

  it("says how it is used, and fails then", async () => {
    const node = newNode(shell);
    await expect(node.run("dance")).rejects.toMatchObject({
      code: 2,
      stdout: expect.stringContaining("Usage: sh node.sh"),
    });
  });

  it("keeps its files from other users", async () => {
    const node = newNode(shell);
    await node.run("boot");
    await node.deploy("r1+a");
    for (const file of ["run", "releases", "releases/r1+a/.surefoot/complete", "run/control"])
      expect(statSync(join(node.home, file)).mode & 0o077, file).toBe(0);
    expect(readFileSync(join(node.home, "current"), "utf8")).toBe("r1+a\n");
  });
});
