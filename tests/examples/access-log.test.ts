// The access log on a real disk: batches, a bound on its size, and trouble that stays its own.
import { mkdir, readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openAccessLog } from "../../examples/access-log.ts";
import { remove, temporaryFolder, until } from "./running.ts";

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await remove(folder);
});

const lines = async (path: string): Promise<Array<Record<string, unknown>>> =>
  (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test("lines carry their time and reach the disk without a close", async () => {
  const log = openAccessLog(join(folder, "access.log"));
  log.write({ path: "/" });
  const [line] = await until(() => lines(join(folder, "access.log")).catch(() => undefined));
  expect(line).toEqual({ time: expect.stringMatching(/^\d{4}-.*Z$/), path: "/" });
  await log.close();
});

test("it keeps the file and two old ones, each of at most 1 MiB, the newest lines among them", async () => {
  const path = join(folder, "access.log");
  for (let batch = 0; batch < 30; batch += 1) {
    const log = openAccessLog(path);
    for (let index = 0; index < 1000; index += 1) log.write({ batch, index, filler: "x".repeat(100) });
    await log.close();
  }
  const files = (await readdir(folder)).toSorted();
  expect(files).toEqual(["access.log", "access.log.1", "access.log.2"]);
  for (const file of files) expect((await stat(join(folder, file))).size).toBeLessThanOrEqual(1024 ** 2);
  expect((await lines(path)).at(-1)).toMatchObject({ batch: 29, index: 999 });
});

test("a missing folder drops lines, tells once, and the gap is written when the folder is there", async () => {
  const path = join(folder, "later", "access.log");
  const log = openAccessLog(path);
  log.write({ path: "/lost" });
  log.write({ path: "/lost too" });
  await until(() => vi.mocked(process.stderr.write).mock.calls.length);
  await mkdir(join(folder, "later"));
  log.write({ path: "/kept" });
  await log.close();
  expect(await lines(path)).toEqual([
    expect.objectContaining({ droppedLines: 2 }),
    expect.objectContaining({ path: "/kept" }),
  ]);
  expect(process.stderr.write).toHaveBeenCalledOnce();
});

test.runIf(process.platform === "linux")("a full disk throws nothing", async () => {
  const log = openAccessLog("/dev/full");
  log.write({ path: "/" });
  await log.close();
  expect(process.stderr.write).toHaveBeenCalledWith(expect.stringContaining("ENOSPC"));
});

test("memory stays bounded while nothing is written", async () => {
  const path = join(folder, "access.log");
  const log = openAccessLog(path);
  for (let index = 0; index < 10_000; index += 1) log.write({ index, filler: "x".repeat(100) });
  await log.close();
  expect((await stat(path)).size).toBeLessThan(300 * 1024);
  expect((await lines(path))[0]).toHaveProperty("droppedLines");
});

test("without a path nothing happens", async () => {
  const log = openAccessLog(undefined);
  log.write({ path: "/" });
  await log.close();
  expect(await readdir(folder)).toEqual([]);
});
