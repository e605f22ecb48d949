// Files that arrive over ssh: appended where an earlier try was cut, taken only whole, and only under plain names.
import { createHash } from "node:crypto";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newNode, shells } from "./rig.ts";

describe.each(shells)("with %s", (shell) => {
  const receive = (home: string, input: string, ...words: string[]) => {
    const sh = shell === "busybox" ? ["busybox", "sh"] : [shell];
    const ran = spawnSync(sh[0] ?? "sh", [...sh.slice(1), join(home, "node.sh"), "receive", ...words], {
      input,
      encoding: "utf8",
    });
    return { code: ran.status, said: ran.stderr };
  };
  const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

  it("keeps what came before a cut, tells it, and goes on from there", async () => {
    const node = newNode(shell);
    expect(receive(node.home, "first ", "r1+ab.tar", "0", "11")).toMatchObject({
      code: 3,
      said: "cut off at 6 of 11 bytes\n",
    });
    expect(existsSync(join(node.home, "incoming", "r1+ab.tar"))).toBe(false);
    expect(await node.ask(["held", "r1+ab.tar"])).toBe(`6 ${digest("first ")}`);
    expect(receive(node.home, "again", "r1+ab.tar", "6", "11").code).toBe(0);
    expect(readFileSync(join(node.home, "incoming", "r1+ab.tar"), "utf8")).toBe("first again");
    expect(await node.ask(["held", "r1+ab.tar"])).toBe(`11 ${digest("first again")}`);
  });

  it("takes nothing that does not fit what is there, and begins anew from 0", async () => {
    const node = newNode(shell);
    expect(await node.ask(["held", "r1+ab.tar"])).toBe("0 -");
    expect(receive(node.home, "x", "r1+ab.tar", "5", "6").code).toBe(1);
    receive(node.home, "old", "r1+ab.tar", "0", "9");
    expect(receive(node.home, "new", "r1+ab.tar", "0", "3").code).toBe(0);
    expect(readFileSync(join(node.home, "incoming", "r1+ab.tar"), "utf8")).toBe("new");
  });

  it("takes no name that leads elsewhere", async () => {
    const node = newNode(shell);
    for (const name of ["../node.sh", "/tmp/x", "a b", ".hidden", "$(id)", ""]) {
      expect(receive(node.home, "x", name, "0", "1").code).toBe(2);
    }
    await expect(node.ask(["held", "../node.sh"])).rejects.toThrow("bad-name");
    execFileSync("test", ["-s", join(node.home, "node.sh")]);
  });
});
