// Writes the table of what differs between dev, staging and prod into environments/README.md.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readInherited } from "../environments/inherit.ts";
import { plain } from "../environments/located.ts";
import { tableText, withTable } from "../environments/table.ts";

const folder = fileURLToPath(new URL("../environments", import.meta.url));
const readme = `${folder}/README.md`;
const columns = ["dev", "staging", "prod"].map((name) => ({
  name,
  value: plain(readInherited(folder, name).tree),
}));
const text = withTable(readFileSync(readme, "utf8"), tableText(columns));
if (text === undefined) throw new Error("environments/README.md has lost the markers of the table");
writeFileSync(readme, text);
