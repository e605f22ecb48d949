// The SQLite store: its file refuses what a log must not take, privacy, and what it says when it fails.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openStore } from "../../../pipelines/drivers/store-sqlite.ts";
import { appendRecord, verifyLedger } from "../../../pipelines/ledger/ledger.ts";
import { emptyHead } from "../../../pipelines/ledger/witness.ts";
import { storeChild, temporaryFolder, temporaryStore } from "../../support/store.ts";

const mode = (path: string) => statSync(path).mode & 0o777;

test.each([
  "UPDATE log SET body = 'x'",
  "DELETE FROM log",
  "INSERT OR REPLACE INTO log VALUES ('ledger', 1, 'h', 'x')",
  "INSERT INTO log VALUES ('ledger', 3, 'h', 'x')",
])("the file itself refuses: %s", async (sql) => {
  const { place: folder, store } = await temporaryStore();
  await store.append("ledger", emptyHead, { hash: "h1", body: "one" });
  using database = new DatabaseSync(join(folder, "surefoot.db"));
  expect(() => database.exec(sql)).toThrow("a log only grows");
});

test("an append that fails after its announcement is recovered from by the next", async () => {
  const { place: folder, store } = await temporaryStore();
  const entry = { who: "ann", verb: "deploy", environment: "prod", why: "", outcome: "done" };
  await appendRecord(store, { ...entry, what: "one" });
  {
    using database = new DatabaseSync(join(folder, "surefoot.db"));
    database.exec("CREATE TRIGGER fail BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  }
  await expect(appendRecord(store, { ...entry, what: "lost" })).rejects.toMatchObject({ code: "E_STORE" });
  const head: unknown = JSON.parse(readFileSync(join(folder, "ledger.head"), "utf8"));
  expect(head).toMatchObject({ pending: { count: 2 } });
  expect(await verifyLedger(store)).toMatchObject({ ok: true, count: 1, recovered: true });
});

test("folder and files are for their owner only, also when they were open before", async () => {
  const folder = join(temporaryFolder(), "deep", "store");
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "surefoot.db"), "", { mode: 0o644 });
  const store = await openStore(folder);
  await store.append("ledger", emptyHead, { hash: "h", body: "b" });
  const files = ["surefoot.db", "surefoot.db-wal", "surefoot.db-shm", "ledger.head"];
  expect(mode(folder)).toBe(0o700);
  expect(files.map((file) => mode(join(folder, file)))).toEqual([0o600, 0o600, 0o600, 0o600]);
  await store.close();
});

test("eight processes can make the same new store at once", async () => {
  const folder = join(temporaryFolder(), "store");
  const children = Array.from({ length: 8 }, (_, index) => storeChild(folder, `child ${index}`));
  await Promise.all(children.map(({ ask }) => ask("hello")));
  expect(await Promise.all(children.map(({ ask }) => ask("ready")))).toEqual(Array(8).fill("ready"));
});

test("a store of a newer version is refused and left alone", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "surefoot.db");
  {
    using database = new DatabaseSync(path);
    database.exec("CREATE TABLE future (a); PRAGMA user_version = 99");
  }
  const before = readFileSync(path);
  await expect(openStore(folder)).rejects.toMatchObject({ code: "E_STORE_VERSION" });
  expect(readFileSync(path).equals(before)).toBe(true);
});

test.each([
  ["not a database", (path: string) => writeFileSync(path, "x".repeat(5000)), "damaged"],
  ["a folder where the file should be", (path: string) => mkdirSync(path), "reading or writing it failed"],
])("%s is a refusal that says so", async (_, prepare, says) => {
  const folder = temporaryFolder();
  prepare(join(folder, "surefoot.db"));
  const refused = { code: "E_STORE", message: expect.stringContaining(says), next: expect.any(String) };
  await expect(openStore(folder)).rejects.toMatchObject(refused);
});

test("a folder that cannot be made is a refusal", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  await expect(openStore(join(file, "store"))).rejects.toMatchObject({ code: "E_STORE" });
});

test("pages damaged under way are a refusal", async () => {
  const { place: folder, store } = await temporaryStore();
  await store.close();
  const path = join(folder, "surefoot.db");
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xff, 100));
  const again = openStore(folder).then((opened) => opened.get("a").finally(() => opened.close()));
  await expect(again).rejects.toMatchObject({ code: "E_STORE", message: expect.stringContaining("damaged") });
});

// A limit on the size of files, set by the shell, is a disk that refuses to take more.
test("a write that the disk refuses is a refusal, and what was there stays", async () => {
  const { place: folder, store } = await temporaryStore();
  await store.put("a", "before", null);
  const program = fileURLToPath(new URL("../../support/fill-store.ts", import.meta.url));
  const shell = `trap '' XFSZ; ulimit -f 200; exec "$0" "$@"`;
  const child = spawnSync("sh", ["-c", shell, process.execPath, program, folder], { encoding: "utf8" });
  expect(child.stdout).toMatch(/^E_STORE .*cannot be used/);
  expect((await store.get("a"))?.value).toBe("before");
  expect(await store.put("b", "after", null)).not.toBeNull();
});
