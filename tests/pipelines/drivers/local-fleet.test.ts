// What goes to a local node and what comes back: settings that any shell reads as written, the status line, the folders.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { shellLines } from "../../../infra/platforms/settings.ts";
import { edgeAddress, places } from "../../../pipelines/drivers/local-fleet.ts";
import { parseStatus } from "../../../pipelines/drivers/node-words.ts";
import { temporaryFolder } from "../../support/store.ts";

/** What a POSIX shell holds in each key after it sourced the lines, as its children see it. */
function sourced(settings: Record<string, string>): Record<string, string> {
  const file = join(temporaryFolder(), "release.env");
  writeFileSync(file, shellLines(settings));
  const program = "console.log(JSON.stringify(process.argv.slice(1).map((key) => process.env[key])))";
  const script = 'set -u; set -a; . "$0"; set +a; exec "$@"';
  const keys = Object.keys(settings);
  const told = execFileSync("sh", ["-c", script, file, process.execPath, "-e", program, ...keys], {
    encoding: "utf8",
    env: { HOME: "/home" },
  });
  const values = JSON.parse(told) as string[];
  return Object.fromEntries(keys.map((key, index) => [key, values[index] ?? "(unset)"]));
}

it("gives a sourcing shell each hostile value as it was written", () => {
  const settings = {
    EMPTY: "",
    QUOTE: "it's",
    QUOTES: "'''\"'",
    COMMAND: "$(touch /tmp/surefoot-harm) `id` ${HOME} $HOME",
    ESCAPE: "'; exit 3; '",
    BACKSLASH: "a\\'b\\\\ \\n \\",
    LINES: "one\ntwo\r\n\n three ",
    GLOB: "* ? [a-z] ~ # ! & | ; < > ( ) { }",
    UNICODE: "žluťoučký 🐎 \u202e",
    CONTROL: "\u0001\u001b[2J\u007f\t",
    EQUALS: "=A=B",
  };
  expect(sourced(settings)).toEqual(settings);
});

it("gives a sourcing shell any text as it was written", () => {
  const text = fc
    .string({ unit: "grapheme" })
    .filter((value) => !value.includes("\0") && value.isWellFormed());
  const nasty = fc.string({ unit: fc.constantFrom("'", "\\", "$", "`", '"', "\n", " ", "a", "(", ")") });
  fc.assert(
    fc.property(fc.array(fc.oneof(text, nasty), { minLength: 1, maxLength: 30 }), (values) => {
      const settings = Object.fromEntries(values.map((value, index) => [`KEY_${index}`, value]));
      expect(sourced(settings)).toEqual(settings);
    }),
    { numRuns: 10 },
  );
});

it("writes one setting a line, and nothing for none", () => {
  expect(shellLines({ A: "1", B: "it's" })).toBe("A='1'\nB='it'\\''s'\n");
  expect(shellLines({})).toBe("");
});

it("reads a status line", () => {
  const line = "state=running restarts=2 release=r1+ab fence=7 draining=yes releases=r1+ab,r2+cd";
  expect(parseStatus(line)).toEqual({
    state: "running",
    restarts: 2,
    current: "r1+ab",
    draining: true,
    retained: ["r1+ab", "r2+cd"],
  });
});

it("reads the status line of a node that has nothing yet", () => {
  expect(parseStatus("state= restarts=0 release= fence=0 draining=no releases=")).toEqual({
    state: "starting",
    restarts: 0,
    current: null,
    draining: false,
    retained: [],
  });
});

it("finds the nodes of a service, sorted, also one with a damaged address, and passes over what is no node yet", () => {
  const root = temporaryFolder();
  const node = (name: string, text: string) => {
    mkdirSync(join(root, "nodes", name), { recursive: true });
    writeFileSync(join(root, "nodes", name, "node.json"), text);
  };
  for (const name of ["app-02", "app-01"])
    node(name, JSON.stringify({ name, service: "app", zone: "a", address: "127.0.0.1", port: 1 }));
  node("server-01", JSON.stringify({ name: "server-01", service: "server" }));
  node("app-03", '{"name": "app-0');
  mkdirSync(join(root, "nodes", "app-04"));
  expect(places(root, "app").map(({ name }) => name)).toEqual(["app-01", "app-02", "app-03"]);
  expect(places(join(root, "missing"), "app")).toEqual([]);
});

it("reads the edge anew each time, and knows when it is down", () => {
  const root = temporaryFolder();
  expect(edgeAddress(root)).toBeNull();
  writeFileSync(join(root, "edge.json"), '{"pid": 1, "port": 8001, "adminPort": 8002}');
  expect(edgeAddress(root)).toBe("http://127.0.0.1:8001");
  expect(edgeAddress(root, "adminPort")).toBe("http://127.0.0.1:8002");
  writeFileSync(join(root, "edge.json"), '{"pid": 1, "port": 9001, "adminPort": 9002}');
  expect(edgeAddress(root)).toBe("http://127.0.0.1:9001");
});
