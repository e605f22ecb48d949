// The hooks of a description, run by a real shell: what they are told, what they say, when they are given up.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hookedBalancer } from "../../../pipelines/drivers/ssh-hooks.ts";
import { temporaryFolder } from "../../support/store.ts";

const host = {
  name: "server-01",
  service: "server",
  address: "10.0.0.1",
  port: 22,
  zone: "a",
  servicePort: 8080,
};

it("is none where the description has no hook", () => {
  expect(hookedBalancer({ hooks: {} }, "/")).toBeUndefined();
});

it("runs in the repository and is told of the node by its environment", async () => {
  const repo = temporaryFolder();
  const told = `printf '%s ' "$NODE" "$ADDRESS" "$PORT" "$SERVICE" >told`;
  expect(await hookedBalancer({ hooks: { drain: told } }, repo)?.drain(host)).toBeNull();
  expect(readFileSync(join(repo, "told"), "utf8")).toBe("server-01 10.0.0.1 8080 server ");
});

it("counts a missing hook as done, and tells why one failed", async () => {
  const balancer = hookedBalancer(
    { hooks: { undrain: "echo one >&2; echo 'no such pool' >&2; exit 4" } },
    "/",
  );
  expect(await balancer?.drain(host)).toBeNull();
  expect(await balancer?.undrain(host)).toBe("the hook ended with 4: no such pool");
});

it("does not wait for what a hook leaves running", async () => {
  const repo = temporaryFolder();
  const balancer = hookedBalancer({ hooks: { drain: "sleep 600 & echo $! >pid" } }, repo);
  expect(await balancer?.drain(host)).toBeNull();
  // Throws where it has ended.
  process.kill(Number(readFileSync(join(repo, "pid"), "utf8")), "SIGKILL");
});
