// Cuts the few operations that Surefoot uses, and what they refer to, out of GitHub's own OpenAPI description. Run by hand:
//   npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
//   node tests/support/github-openapi-extract.ts package/generated/api.github.com.json && oxfmt tests/support/github-openapi.json
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Part = { [key: string]: Json };

const wanted: [path: string, ...methods: string[]][] = [
  ["/user", "get"],
  ["/repos/{owner}/{repo}/issues", "get", "post"],
  ["/repos/{owner}/{repo}/issues/{issue_number}", "get", "patch"],
  ["/repos/{owner}/{repo}/issues/{issue_number}/comments", "get", "post"],
  ["/repos/{owner}/{repo}/issues/comments/{comment_id}", "patch", "delete"],
  ["/repos/{owner}/{repo}/labels", "post"],
  ["/repos/{owner}/{repo}/deployments", "get", "post"],
  ["/repos/{owner}/{repo}/deployments/{deployment_id}/statuses", "get", "post"],
  ["/repos/{owner}/{repo}/statuses/{sha}", "post"],
];

// Words for people and for generators of clients: nothing is checked by them.
const wordy = new Set(["description", "example", "examples", "externalDocs", "summary", "tags", "x-octokit"]);
const named = new Set(["properties", "schemas", "parameters", "responses", "headers"]);

/** The same without words; a property that is called `description` stays. */
function bare(value: Json, names = false): Json {
  if (Array.isArray(value)) return value.map((one) => bare(one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => names || (!wordy.has(key) && !key.startsWith("x-github")))
      .map(([key, inner]) => [key, bare(inner, !names && named.has(key) && !Array.isArray(inner))]),
  );
}

/** Adds every component that a part refers to, and what that one refers to. */
function gather(part: Json, from: Part, into: Record<string, Part>): void {
  for (const [, kind, name] of JSON.stringify(part).matchAll(/"#\/components\/(\w+)\/([\w.-]+)"/g)) {
    if (kind === undefined || name === undefined || into[kind]?.[name] !== undefined) continue;
    const found = (from[kind] as Part)[name];
    if (found === undefined) throw new Error(`the description has no ${kind}/${name}`);
    (into[kind] ??= {})[name] = bare(found);
    gather(bare(found), from, into);
  }
}

const source = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as {
  info: { version: string };
  paths: Record<string, Part>;
  components: Part;
};
const paths: Record<string, Part> = {};
for (const [path, ...methods] of wanted)
  for (const method of methods) (paths[path] ??= {})[method] = bare(source.paths[path]?.[method] ?? null);
const components: Record<string, Part> = {};
gather(paths, source.components, components);
const made = {
  from: `@octokit/openapi@${source.info.version} generated/api.github.com.json (MIT, GitHub)`,
  by: "tests/support/github-openapi-extract.ts",
};
writeFileSync(
  fileURLToPath(new URL("github-openapi.json", import.meta.url)),
  JSON.stringify({ made, paths, components }),
);
