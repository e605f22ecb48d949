// The service of a node: started, stopped, killed, restarted after a crash, drained; in every shell there is.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { crashing, deaf, newNode, patient, runs, shells, steady } from "./rig.ts";

describe.each(shells)("with %s", (shell) => {
  it("starts the release it is switched to, and stops it", async () => {
    const node = newNode(shell);
    await node.run("boot");
    expect(await node.status()).toMatchObject({ state: "idle", current: null, restarts: 0, retained: [] });
    await node.deploy("r1+a");
    await node.becomes("running");
    await expect.poll(node.pids, patient).toHaveLength(1);
    expect(node.remembered("service")).toBe(node.pids()[0]);
    expect(await node.status()).toMatchObject({ current: "r1+a", restarts: 0, retained: ["r1+a"] });
    await node.ask(["stop", 1]);
    await node.becomes("stopped");
    expect(node.pids().filter(runs)).toEqual([]);
    await node.ask(["start", 1]);
    await node.becomes("running");
    await expect.poll(node.pids, patient).toHaveLength(2);
    expect((await node.status()).restarts).toBe(0);
  });

  it("starts a second time only what does not run", async () => {
    const node = newNode(shell);
    await node.run("boot");
    await node.deploy("r1+a");
    await node.becomes("running");
    for (let round = 0; round < 3; round += 1) await node.ask(["start", 1]);
    // The keeper takes one event after the other: once it has stopped, it has seen every start.
    await node.ask(["stop", 1]);
    await node.becomes("stopped");
    expect(node.pids().length).toBeLessThanOrEqual(1);
  });

  it("gives the service its settings and its own folder", async () => {
    const node = newNode(shell, 'it\'s a "node" $HOME');
    await node.run("boot");
    const start =
      'printf "%s|" "$NODE_NAME" "$RELEASE" "$GREETING" "$DRAIN_FILE" "$ACCESS_LOG" >told; cat bin/main.txt >>told';
    const digest = node.incoming("r1+a", `${start}; ${steady}`, { GREETING: "it's $(id) \\n" });
    await node.ask(["fetch", 1, "r1+a", digest]);
    await node.ask(["switch", 1, "r1+a"]);
    await node.ask(["start", 1]);
    await expect.poll(node.pids, patient).toHaveLength(1);
    const told = readFileSync(join(node.home, "releases", "r1+a", "told"), "utf8").split("|");
    const files = [join(node.home, "drain"), join(node.home, "log", "access.log")];
    expect(told).toEqual(['it\'s a "node" $HOME', "r1+a", "it's $(id) \\n", ...files, "this is r1+a\n"]);
    expect(await node.status()).toMatchObject({ state: "running", current: "r1+a" });
  });

  it("kills a service that takes no notice of TERM", async () => {
    const node = newNode(shell);
    await node.run("boot");
    await node.deploy("r1+a", deaf);
    await expect.poll(node.pids, patient).toHaveLength(1);
    const [pid = 0] = node.pids();
    await node.becomes("running");
    await node.ask(["stop", 1]);
    await node.becomes("stopping");
    expect(runs(pid)).toBe(true);
    await node.ask(["kill", 1]);
    await node.becomes("stopped");
    expect(runs(pid)).toBe(false);
    expect((await node.status()).restarts).toBe(0);
  });

  it("starts a crashed service again, counts it, and slows down", async () => {
    const node = newNode(shell);
    await node.run("boot");
    const began = Date.now();
    await node.deploy("r1+a", crashing);
    await expect.poll(async () => (await node.status()).restarts, patient).toBeGreaterThanOrEqual(2);
    // One second before each start again.
    expect(Date.now() - began).toBeGreaterThan(900);
    expect(readFileSync(join(node.home, "run", "restarts"), "utf8").trim()).toMatch(/^[23]$/);
    expect(readFileSync(join(node.home, "log", "keeper.log"), "utf8")).toContain("service ended with 3");
    await node.ask(["stop", 1]);
    await node.becomes("stopped");
    const { length } = node.pids();
    await node.ask(["fetch", 1, "r2+a", node.incoming("r2+a", steady)]);
    await node.ask(["switch", 1, "r2+a"]);
    await node.ask(["start", 1]);
    await expect.poll(node.pids, patient).toHaveLength(length + 1);
    expect(await node.status()).toMatchObject({ current: "r2+a", restarts: 0 });
  });

  it("starts a service again that was killed from outside", async () => {
    const node = newNode(shell);
    await node.run("boot");
    await node.deploy("r1+a");
    await expect.poll(node.pids, patient).toHaveLength(1);
    await node.becomes("running");
    process.kill(node.pids()[0] ?? 0, "SIGKILL");
    await expect.poll(node.pids, patient).toHaveLength(2);
    await node.becomes("running");
    expect(node.pids().filter(runs)).toEqual([node.pids()[1]]);
    expect((await node.status()).restarts).toBe(1);
  });

  it("leaves nothing of a crashed service beside its next start", async () => {
    const node = newNode(shell);
    await node.run("boot");
    // The first process of the service is the shell; the one that would hold the port is its child.
    await node.deploy("r1+a", 'echo $$ >>"$PIDS"; tail -f "$PIDS" & wait');
    await expect.poll(node.pids, patient).toHaveLength(1);
    await node.becomes("running");
    const tails = () => node.processes().filter((line) => line.includes("tail -f")).length;
    await expect.poll(tails, patient).toBe(1);
    process.kill(node.pids()[0] ?? 0, "SIGKILL");
    await expect.poll(node.pids, patient).toHaveLength(2);
    await expect.poll(tails, patient).toBe(1);
    await node.ask(["stop", 1]);
    await node.becomes("stopped");
    await expect.poll(tails, patient).toBe(0);
  });

  it("tells by a file that it drains", async () => {
    const node = newNode(shell);
    await node.run("boot");
    await node.ask(["drain", 1]);
    expect(existsSync(join(node.home, "drain"))).toBe(true);
    expect((await node.status()).draining).toBe(true);
    await node.ask(["drain", 1]);
    await node.ask(["undrain", 1]);
    await node.ask(["undrain", 1]);
    expect(existsSync(join(node.home, "drain"))).toBe(false);
    expect((await node.status()).draining).toBe(false);
  });
});
