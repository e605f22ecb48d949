// The rig itself: a server of its own for each caller, forgetful on demand, gone when its starter is.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { startMoto } from "./moto.ts";

const answers = (endpoint: string) =>
  fetch(`${endpoint}/moto-api/data.json`).then(
    ({ ok }) => ok,
    () => false,
  );
const put = (endpoint: string, path: string) => fetch(`${endpoint}/${path}`, { method: "PUT" });

test("two servers at once share nothing, one forgets when told, both end", async () => {
  const [one, other] = await Promise.all([startMoto(), startMoto()]);
  expect(one.endpoint).not.toBe(other.endpoint);
  expect((await put(one.endpoint, "box")).status).toBe(200);
  expect((await fetch(`${one.endpoint}/box`)).status).toBe(200);
  expect((await fetch(`${other.endpoint}/box`)).status).toBe(404);
  await one.reset();
  expect((await fetch(`${one.endpoint}/box`)).status).toBe(404);
  await Promise.all([one.stop(), other.stop()]);
  await one.stop();
  expect(await Promise.all([answers(one.endpoint), answers(other.endpoint)])).toEqual([false, false]);
});

test("a server goes with the process that started it, also when that is killed", async () => {
  const program = `
    const { startMoto } = await import(${JSON.stringify(new URL("moto.ts", import.meta.url).href)});
    console.log((await startMoto()).endpoint);`;
  const starter = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: starter.stdout })[Symbol.asyncIterator]();
  const endpoint = String((await lines.next()).value);
  expect(await answers(endpoint)).toBe(true);
  starter.kill("SIGKILL");
  await expect.poll(() => answers(endpoint), { timeout: 10_000 }).toBe(false);
});
