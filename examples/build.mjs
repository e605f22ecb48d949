// Bundles the service in the current folder: main.ts becomes dist/main.mjs, the same bytes for the same input.
import { rm } from "node:fs/promises";
import { build } from "esbuild";

const version = process.env.VERSION || "dev";

// A release is built into a folder of its own, so that two builds at once do not meet.
const out = process.env.OUT_DIR || "dist";

if (!process.env.OUT_DIR) await rm(out, { recursive: true, force: true });
await build({
  absWorkingDir: process.cwd(),
  entryPoints: ["main.ts"],
  outfile: `${out}/main.mjs`,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node18",
  legalComments: "none",
  // ws tries these two native add-ons and does without them; whether they are installed must not change the bytes.
  external: ["bufferutil", "utf-8-validate"],
  // CommonJS libraries in the bundle still call require() for node's own modules.
  banner: {
    js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
  },
  define: { __VERSION__: JSON.stringify(version) },
  // Neither a tsconfig.json further up nor the real place of a linked node_modules may reach the output.
  tsconfigRaw: {},
  preserveSymlinks: true,
  logLevel: "warning",
});
