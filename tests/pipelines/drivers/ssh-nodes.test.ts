// The folder of sockets: one of this process alone, gone with it; what killed processes left is cleared away, the living's is not.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import type { Service } from "../../../environments/shape.ts";
import { openSshNodes } from "../../../pipelines/drivers/ssh-nodes.ts";
import { describedFor } from "../../infra/platforms/ssh/described.ts";
import { temporaryFolder } from "../../support/store.ts";

const host = {
  name: "server-01",
  service: "server",
  address: "10.0.0.1",
  port: 22,
  zone: "a",
  servicePort: 8080,
};

it("clears away what a killed process left, and what is its own", () => {
  const folder = temporaryFolder();
  vi.stubEnv("TMPDIR", folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  const dead = spawnSync("true").pid;
  const others = [`sf-${process.ppid}-abcdef`, "sf-abcdef"];
  for (const name of [`sf-${dead}-abcdef`, ...others]) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "c0.1"), "");
  }
  const { ssh, services } = describedFor({ hosts: [host] }, 1);
  const nodes = openSshNodes({ repo: folder, ssh, services, artifact: async () => "" });
  nodes.fleet(services["server"] as Service, [host]);
  const own = expect.stringMatching(new RegExp(`^sf-${process.pid}-\\w{6}$`));
  expect(readdirSync(folder)).toHaveLength(3);
  expect(readdirSync(folder)).toEqual(expect.arrayContaining([...others, own]));
  nodes.close();
  expect(readdirSync(folder).toSorted()).toEqual(others.toSorted());
});
