// Versions that a plan is bound to: of the real checkout and engine, and of others that differ by one byte.
import { mkdirSync, writeFileSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { versionsOf } from "../../../pipelines/drivers/change-versions.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { temporaryFolder } from "../../support/store.ts";

function code(): { folder: string; engine: string } {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "infra/policies/deep"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"version":"1.2.3"}');
  writeFileSync(join(folder, "package-lock.json"), "{}");
  writeFileSync(join(folder, "infra/policies/a.ts"), "1");
  writeFileSync(join(folder, "infra/policies/deep/b.ts"), "2");
  const engine = join(folder, "pulumi");
  writeFileSync(engine, "#!/bin/sh\necho v3.1.0\n");
  chmodSync(engine, 0o755);
  return { folder, engine };
}

it("reads those of this checkout and of the engine that is here", async () => {
  expect(await versionsOf()).toEqual({
    surefoot: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    engine: expect.stringMatching(/^v3\./),
    lockfile: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    policies: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  });
});

it("sees another lockfile, and rules that were changed, moved, added or taken away", async () => {
  const { folder, engine } = code();
  const seen = [await versionsOf(folder, engine)];
  expect(seen[0]).toMatchObject({ surefoot: "1.2.3", engine: "v3.1.0" });
  const change = async (path: string, text: string): Promise<void> => {
    writeFileSync(join(folder, path), text);
    seen.push(await versionsOf(folder, engine));
  };
  await change("package-lock.json", "{ }");
  await change("infra/policies/a.ts", "12");
  await change("infra/policies/deep/b.ts", "");
  await change("infra/policies/c.ts", "");
  expect(new Set(seen.map(({ lockfile, policies }) => lockfile + policies)).size).toBe(5);
});

it("refuses where there is no engine, or it does not say what it is", async () => {
  const { folder } = code();
  for (const engine of [undefined, join(folder, "nowhere"), "/bin/false"])
    expect((await refusalFrom(versionsOf(folder, engine ?? ""))).code).toBe("E_ENGINE");
});
