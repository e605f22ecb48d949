// Descriptions held against each other: what only shows between them is told at its line.
import { expect, test } from "vitest";
import { complaintText } from "../../environments/complaint.ts";
import { loadTogether } from "../../environments/together.ts";
import { SMALL, writtenFolder } from "./written-folder.ts";

const told = (files: Record<string, string>, name: string): string[] => {
  const loaded = loadTogether(writtenFolder(files)).get(name);
  if (loaded === undefined) throw new Error(`no ${name}`);
  const all = loaded.ok ? loaded.warnings : loaded.complaints;
  // What the judge can reach on four nodes is no matter here.
  return all.filter(({ path }) => !path.includes("judge")).map(complaintText);
};

test("a circle is refused at the line of promotion.after, in every environment that is in it", () => {
  const files = { dev: `${SMALL}promotion: { after: prod }\n`, prod: `${SMALL}promotion: { after: dev }\n` };
  expect(told(files, "dev")).toEqual([
    "environments/dev.yaml:9:21 promotion.after: goes in a circle: dev -> prod -> dev",
  ]);
  expect(told(files, "prod")).toHaveLength(1);
});

test("a key that only upstream gives is a warning at the service, and the description stays right", () => {
  const dev = `${SMALL}    config: { FLAG: "on" }\n`;
  const [warning] = told({ dev, prod: `${SMALL}promotion: { after: dev }\n` }, "prod");
  expect(warning).toMatch(/^environments\/prod\.yaml:3:3 services\.app\.config\.FLAG: dev gives app FLAG/);
});

test("what is wrong by itself keeps its own complaints, and stops nobody else", () => {
  const files = { dev: "platform: mars\n", prod: `${SMALL}promotion: { after: dev }\n` };
  expect(told(files, "dev").join()).toContain("must be one of local, ssh");
  expect(told(files, "prod")).toEqual([]);
});
