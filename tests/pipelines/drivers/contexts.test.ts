// Tests which clusters are offered: those of the kubeconfig, the current one first.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { kubeContexts } from "../../../pipelines/drivers/contexts.ts";

afterEach(() => vi.unstubAllEnvs());

function kubeconfig(text: string): void {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-contexts-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "config");
  writeFileSync(file, text);
  vi.stubEnv("KUBECONFIG", file);
}

test("the current one comes first, the others as they stand", async () => {
  const contexts = ["dev", "game", "live"].map((name) => ({ name, context: { cluster: "c", user: "u" } }));
  const clusters = [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }];
  kubeconfig(
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "game",
      contexts,
      clusters,
      users: [{ name: "u", user: {} }],
    }),
  );
  expect(await kubeContexts()).toEqual(["game", "dev", "live"]);
});

test("a file that cannot be read offers nothing", async () => {
  kubeconfig("{{{");
  expect(await kubeContexts()).toEqual([]);
});
