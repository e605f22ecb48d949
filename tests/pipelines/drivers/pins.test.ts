// The file of pins: what is written is read, history is kept short, a damaged file is refused, a reader sees no half.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { held, keepsBack, openPins, pinned } from "../../../pipelines/drivers/pins.ts";
import type { Pin } from "../../../pipelines/drivers/pins.ts";
import { refusalOf } from "../../support/refusal.ts";
import { aDeployable } from "../../support/rollout.ts";
import { temporaryFolder } from "../../support/store.ts";

const file = () => join(temporaryFolder(), "releases", "prod.json");
const pin = (release: string, ...history: string[]): Pin => ({
  current: aDeployable(release, { config: { GREETING: "it's\n$HOME" } }),
  history: history.map((one) => aDeployable(one)),
});

it("has no pins before the first write, and makes no file", () => {
  const path = file();
  const pins = openPins(path);
  expect(pins.all()).toEqual({});
  expect(pins.of("app")).toEqual({ current: null, history: [] });
  expect(existsSync(path)).toBe(false);
});

it("knows no pin for a service that is named like a part of every object", () => {
  const pins = openPins(file());
  expect(pins.of("constructor")).toEqual({ current: null, history: [] });
  pins.write("constructor", pin("r1"));
  expect(pins.of("constructor")).toEqual(pin("r1"));
});

it("reads back what it wrote, for each service on its own", () => {
  const path = file();
  openPins(path).write("server", pin("s1"));
  openPins(path).write("app", pin("r2", "r1"));
  openPins(path).write("app", pin("r3", "r2", "r1"));
  const pins = openPins(path);
  expect(pins.of("app")).toEqual(pin("r3", "r2", "r1"));
  expect(pins.of("server")).toEqual(pin("s1"));
  expect(Object.keys(JSON.parse(readFileSync(path, "utf8")) as object)).toEqual(["app", "server"]);
});

it("writes the same text for the same pins, so that git shows only what changed", () => {
  const [one, other] = [file(), file()];
  for (const service of ["a", "b"]) openPins(one).write(service, pin("r1"));
  for (const service of ["b", "a"]) openPins(other).write(service, pin("r1"));
  const text = readFileSync(one, "utf8");
  expect(readFileSync(other, "utf8")).toBe(text);
  expect(text.endsWith("}\n")).toBe(true);
});

it("keeps ten good releases at most, newest first", () => {
  const path = file();
  let now: Pin = { current: null, history: [] };
  for (let release = 1; release <= 14; release += 1) {
    now = pinned(now, aDeployable(`r${release}`), 0);
    openPins(path).write("app", now);
    now = openPins(path).of("app");
  }
  expect(now.current?.release).toBe("r14");
  expect(now.history.map(({ release }) => release)).toEqual(
    [13, 12, 11, 10, 9, 8, 7, 6, 5, 4].map((n) => `r${n}`),
  );
});

it("refuses a damaged file, says what is wrong in it, and leaves it alone", () => {
  const damages = [
    ["", "JSON"],
    ['{"app": {"current": null', "JSON"],
    ['{"app": {"current": null}}', "app.history"],
    ['{"app": {"current": {"id": 1}, "history": []}}', "app.current.id"],
    ["[]", "record"],
  ] as const;
  for (const [text, said] of damages) {
    const path = file();
    openPins(path).write("app", pin("r1"));
    writeFileSync(path, text);
    const pins = openPins(path);
    for (const action of [pins.all, () => pins.of("app"), () => pins.write("app", pin("r2"))]) {
      const refusal = refusalOf(action);
      expect(refusal.code).toBe("E_PINS");
      expect(refusal.message).toContain(path);
      expect(refusal.message).toContain(said);
      expect(refusal.next).toContain("restore ");
    }
    expect(readFileSync(path, "utf8")).toBe(text);
  }
});

it("shows a reader in another process a whole file at every moment", async () => {
  const path = file();
  const pins = openPins(path);
  pins.write("app", pin("r0"));
  const program = `
    const { readFileSync, existsSync } = require("node:fs");
    let reads = 0;
    console.log("reads");
    while (!existsSync(process.argv[1] + ".end")) { JSON.parse(readFileSync(process.argv[1], "utf8")); reads++; }
    console.log(reads > 0 ? "whole" : "never read");`;
  const reader = spawn(process.execPath, ["-e", program, path], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(reader, "close");
  let said = "";
  reader.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await new Promise<void>((resolve) => {
    reader.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      resolve();
    });
  });
  for (let index = 0; index < 300; index += 1) pins.write("app", pin(`r${index}`, "x".repeat(index * 20)));
  writeFileSync(`${path}.end`, "");
  expect((await ended)[0], said).toBe(0);
  expect(said).toBe("reads\nwhole\n");
  expect(readdirSync(join(path, "..")).toSorted()).toEqual(["prod.json", "prod.json.end"]);
});

it("leaves the old pins where the new ones cannot be written, and says why", () => {
  const path = file();
  openPins(path).write("app", pin("r1"));
  mkdirSync(`${path}.new`);
  const refusal = refusalOf(() => openPins(path).write("app", pin("r2")));
  expect([refusal.code, refusal.message]).toEqual(["E_PINS", expect.stringContaining("EISDIR")]);
  expect(refusal.next).toBe("mend that, then the same command again");
  expect(openPins(path).of("app")).toEqual(pin("r1"));
});

it.runIf(existsSync("/dev/full"))("on a full disk the old pins stay, and no half of the new ones", () => {
  const path = file();
  openPins(path).write("app", pin("r1"));
  symlinkSync("/dev/full", `${path}.new`);
  const refusal = refusalOf(() => openPins(path).write("app", pin("r2")));
  expect([refusal.code, refusal.message]).toEqual([
    "E_DISK_FULL",
    `${path} cannot be written: the disk is full`,
  ]);
  expect(refusal.state).toContain("the nodes as the journal says");
  expect(refusal.next).toBe("free space, then the same command again");
  expect(readdirSync(join(path, ".."))).toEqual(["prod.json"]);
  openPins(path).write("app", pin("r2"));
  expect(openPins(path).of("app")).toEqual(pin("r2"));
});

it("remembers what ran until now, each release once", () => {
  const [r1, r2] = [aDeployable("r1"), aDeployable("r2")];
  const first = pinned({ current: null, history: [] }, r1, 0);
  expect(first).toEqual({ current: r1, history: [] });
  const second = pinned(first, r2, 0);
  expect(second).toEqual({ current: r2, history: [r1] });
  expect(pinned(second, r1, 0)).toEqual({ current: r1, history: [r2] });
  expect(pinned(second, r2, 0)).toEqual(second);
  expect(pinned(second, null, 0)).toEqual({ current: null, history: [r2, r1] });
});

it("holds a release until another comes; where only its config was taken back, until that is another", () => {
  const [r1, r2] = [aDeployable("r1"), aDeployable("r2")];
  const other = aDeployable("r1", { id: "r1+11111111" });
  const of = ({ id, release }: typeof r1, all = false) => ({ id, release, all, reason: "slow" });
  const back = held({ current: r1, history: [] }, of(r2), 0);
  expect([r1, r2, other].map((one) => keepsBack(back.hold, one))).toEqual([false, true, false]);
  expect(pinned(back, other, 0).hold).toEqual(back.hold);
  expect(pinned(back, r2, 0).hold).toBeUndefined();
  const config = held({ current: r1, history: [] }, of(other), 0);
  expect([r1, other].map((one) => keepsBack(config.hold, one))).toEqual([false, true]);
  expect(pinned(config, r1, 0).hold).toEqual(config.hold);
  expect(pinned(config, aDeployable("r1", { id: "r1+22222222" }), 0).hold).toBeUndefined();
});

it("keeps everything back once a person went back, also after a rollout that failed since", () => {
  const [r1, r3] = [aDeployable("r1"), aDeployable("r3")];
  const hold = { release: "r2", id: "r2+00000000", reason: "lag", all: true };
  const person = held({ current: r1, history: [] }, hold, 0);
  const failed = held(person, { release: "r3", id: r3.id, reason: "slow", all: false }, 1);
  expect(failed.hold).toMatchObject({ release: "r3", all: true });
  expect(keepsBack(failed.hold, aDeployable("r4"))).toBe(true);
  expect(keepsBack(undefined, r1)).toBe(false);
});
