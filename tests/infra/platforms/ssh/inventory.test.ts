// The list of machines, written down or printed by a command: the same rules, every complaint at once.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readInventory } from "../../../../infra/platforms/ssh/inventory.ts";
import { describedFor } from "./described.ts";
import { temporaryFolder } from "../../../support/store.ts";

const host = (name: string, more: object = {}): object => ({
  name,
  service: "server",
  address: `${name}.example.com`,
  ...more,
});

it("gives the listed hosts with their defaults", async () => {
  const found = await readInventory("/", describedFor({ hosts: [host("server-01"), host("server-02")] }, 2));
  expect(found).toEqual({
    ok: true,
    hosts: ["server-01", "server-02"].map((name) => ({
      name,
      service: "server",
      address: `${name}.example.com`,
      port: 22,
      zone: "a",
      servicePort: 8080,
    })),
  });
});

it("runs the command in the repository, and holds what it prints to the same rules", async () => {
  const repo = temporaryFolder();
  writeFileSync(join(repo, "hosts.json"), JSON.stringify([host("server-01", { port: 2200 })]));
  const found = await readInventory(repo, describedFor({ command: "cat hosts.json" }, 1));
  expect(found).toMatchObject({ ok: true, hosts: [{ name: "server-01", port: 2200 }] });
});

it("gathers every complaint about what a command prints", async () => {
  const repo = temporaryFolder();
  const hosts = [
    host("-oProxyCommand=x"),
    host("server-02", { address: "-oProxyCommand=x" }),
    { name: "server-03", extra: 1 },
  ];
  writeFileSync(join(repo, "hosts.json"), JSON.stringify(hosts));
  const found = await readInventory(repo, describedFor({ command: "cat hosts.json" }, 3));
  if (found.ok) throw new Error("it was taken");
  expect(found.complaints.join("\n")).toMatch(/hosts\[0\]\.name: must be a lower-case name/);
  expect(found.complaints.join("\n")).toMatch(/hosts\[1\]\.address: must be an address or a name/);
  expect(found.complaints.join("\n")).toMatch(/hosts\[2\]\.service/);
});

it("complains of two nodes in one folder, and of a count that is not the description's", async () => {
  const same = { address: "10.0.0.1", root: "/srv/one" };
  const found = await readInventory(
    "/",
    describedFor({ hosts: [host("server-01", same), host("server-02", same)] }, 3),
  );
  if (found.ok) throw new Error("it was taken");
  expect(found.complaints.length).toBe(3);
});

it.each([
  ["exit 3", "ssh.command ended with 3"],
  ["echo 'no such profile' >&2; exit 1", "ssh.command ended with 1: no such profile"],
  ["echo hello", "ssh.command printed something that is not JSON"],
  ["kill -9 $$", "ssh.command ended with SIGKILL"],
  ["yes | head -c 9000000", "ssh.command printed more than 4 MiB"],
])("says what is wrong with the command %j", async (command, complaint) => {
  expect(await readInventory("/", describedFor({ command }, 1))).toEqual({
    ok: false,
    complaints: [complaint],
  });
});

it("gives the command nothing to read", async () => {
  const repo = temporaryFolder();
  mkdirSync(join(repo, "x"));
  await readInventory(repo, describedFor({ command: "cat >read; echo '[]'" }, 0));
  expect(readFileSync(join(repo, "read"), "utf8")).toBe("");
});

it("does not wait for what the command left running, in its group or out of it", async () => {
  const repo = temporaryFolder();
  const line = (detach: string): string => `${detach} sleep 600 & echo $! >>pids; echo '[]'`;
  for (const detach of ["", "setsid"]) {
    const found = await readInventory(repo, describedFor({ command: line(detach) }, 0));
    expect(found).toEqual({ ok: true, hosts: [] });
  }
  const pids = readFileSync(join(repo, "pids"), "utf8").trim().split("\n").map(Number);
  for (const pid of pids) process.kill(pid, "SIGKILL");
});
