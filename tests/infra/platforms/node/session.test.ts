// The session with a node: only the highest token is obeyed, nonsense is refused, two sessions do not disturb each other.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refusalFrom } from "../../../support/refusal.ts";
import { newNode, patient, shells, steady } from "./rig.ts";

describe.each(shells)("with %s", (shell) => {
  it("obeys the highest token it has seen, and refuses lower ones by name", async () => {
    const node = newNode(shell);
    await node.ask(["drain", 5]);
    await node.ask(["undrain", 5]);
    await node.ask(["drain", 10]);
    for (const verb of ["drain", "undrain", "switch", "clear", "start", "stop", "kill", "prune", "fetch"]) {
      const refusal = await refusalFrom(node.ask([verb, 9, "r1", "0"]));
      expect(refusal.code).toBe("E_LEASE_LOST");
      expect(refusal.message).toBe("app-01 obeys a newer holder of the lease (token 10)");
    }
    expect((await node.status()).draining).toBe(true);
    await node.ask(["undrain", 10]);
    expect(readdirSync(join(node.home, "fences"))).toEqual(["10"]);
  });

  it("remembers the token in a new session", async () => {
    const node = newNode(shell);
    await node.ask(["drain", 7]);
    const other = node.session();
    expect((await refusalFrom(other.ask(["undrain", 6]))).code).toBe("E_LEASE_LOST");
    await other.ask(["undrain", 7]);
  });

  it("refuses a token that is no number", async () => {
    const node = newNode(shell);
    await node.ask(["drain", 3]);
    for (const token of ["", "x", "-1", "4x", "1.5", "0x9", "9".repeat(19)])
      await expect(node.ask(["undrain", token])).rejects.toThrow(`app-01: bad-token ${token}`.trim());
    expect((await node.status()).draining).toBe(true);
    expect(readdirSync(join(node.home, "fences"))).toEqual(["3"]);
  });

  it("refuses verbs it does not know, whatever they look like", async () => {
    const node = newNode(shell);
    for (const verb of ["dance", "$(id)", "*", "boot", "on_drain", "-n"])
      await expect(node.ask([verb, 1])).rejects.toThrow(`app-01: unknown-verb ${verb}`);
    await node.ask(["drain", 1]);
  });

  it("runs nothing that is written in a word", async () => {
    const node = newNode(shell);
    const words = [`$(:>${node.home}/harm)`, `;:>${node.home}/harm`, "`id`", "'", '"', "\\", "--help"];
    for (const word of words) {
      await expect(node.ask(["switch", 1, word])).rejects.toThrow("is not on this node");
      await expect(node.ask(["fetch", 1, word, word])).rejects.toThrow("wrong digest");
    }
    expect((await node.run("boot")).length).toBe(0);
    expect(() => readFileSync(join(node.home, "harm"))).toThrow(/ENOENT/);
  });

  it("serves two sessions at once", async () => {
    const node = newNode(shell);
    await node.run("boot");
    const [one, other] = [node.session(), node.session()];
    const both = Array.from({ length: 20 }, (_, index) =>
      Promise.all([
        one.ask([index % 2 ? "drain" : "undrain", 4]),
        other.ask(["status"]),
        other.ask(["fetch", 4, "r1+a", index === 0 ? node.incoming("r1+a", steady) : "there"]),
      ]),
    );
    for (const [, told] of await Promise.all(both)) expect(told).toMatch(/^state=idle restarts=0 release= /);
    expect(await node.status()).toMatchObject({ draining: true, retained: ["r1+a"] });
  });

  it("ends when the one who asked goes away", async () => {
    const node = newNode(shell);
    const session = node.session();
    await session.ask(["status"]);
    expect(node.processes()).toHaveLength(1);
    session.close();
    await expect.poll(node.processes, patient).toEqual([]);
  });

  it("tells its status whatever its files hold", async () => {
    const node = newNode(shell);
    await node.run("boot");
    for (const file of ["run/state", "current", "fence"]) writeFileSync(join(node.home, file), "");
    expect(await node.status()).toMatchObject({ current: null, draining: false });
    await node.ask(["drain", 0]);
  });
});
