// SQLite stores for the shared tests, and how they are harmed from outside.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openStore } from "../../pipelines/drivers/store-sqlite.ts";
import type { Backing } from "./store-suite.ts";
import { temporaryFolder } from "./store.ts";

export const sqliteBacking: Backing = {
  place: async () => temporaryFolder(),
  open: openStore,
  tamper: (folder) => {
    const run = async (sql: string, ...values: (string | number)[]) => {
      using database = new DatabaseSync(join(folder, "surefoot.db"));
      for (const trigger of ["log_update", "log_delete", "log_insert"])
        database.exec(`DROP TRIGGER IF EXISTS ${trigger}`);
      database.prepare(sql).run(...values);
    };
    const renumber = (from: number, to: number) => run("UPDATE log SET seq = ? WHERE seq = ?", to, from);
    return {
      changeBody: (seq, from, to) =>
        run("UPDATE log SET body = replace(body, ?, ?) WHERE seq = ?", from, to, seq),
      setBody: (seq, body) => run("UPDATE log SET body = ? WHERE seq = ?", body, seq),
      removeRecord: (seq) => run("DELETE FROM log WHERE seq = ?", seq),
      swapRecords: async (one, other) => {
        await renumber(one, -1);
        await renumber(other, one);
        await renumber(-1, other);
      },
      copyRecord: (from, to) =>
        run("INSERT INTO log SELECT log, ?, hash, body FROM log WHERE seq = ?", to, from),
      setWitness: async (text) => {
        const file = join(folder, "ledger.head");
        if (text === null) rmSync(file);
        else writeFileSync(file, text);
      },
      setValue: (key, text) => run("UPDATE entry SET value = ? WHERE key = ?", text, key),
    };
  },
};
