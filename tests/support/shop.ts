// A service of one file for stories about releases: starts at once, tells the usual metrics, and answers in the shape it is told to.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

const source = `// Answers GET / with an item; ODD makes its id a text.
import { createServer } from "node:http";
let requests = 0;
const metrics = () =>
  ["# TYPE http_requests_total counter", \`http_requests_total \${requests}\`, "# TYPE http_request_errors_total counter",
   "http_request_errors_total 0", "# TYPE http_request_duration_seconds histogram",
   \`http_request_duration_seconds_bucket{le="0.1"} \${requests}\`, \`http_request_duration_seconds_bucket{le="+Inf"} \${requests}\`,
   \`http_request_duration_seconds_sum \${requests / 1000}\`, \`http_request_duration_seconds_count \${requests}\`, ""].join("\\n");
const server = createServer((request, response) => {
  if (request.url === "/healthz") return response.end("ok");
  if (request.url === "/metrics") return response.setHeader("content-type", "text/plain; version=0.0.4").end(metrics());
  requests += 1;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ id: process.env.ODD ? "seven" : 7, release: process.env.RELEASE }));
});
process.on("SIGTERM", () => server.close(() => process.exit(0)).closeAllConnections());
server.listen(Number(process.env.PORT), "127.0.0.1");
`;

const sample = `# What a shop is asked for.
name: item
http: { path: / }
expect:
  status: 200
  contentType: application/json
  body: { type: object, required: [id], properties: { id: { type: integer } } }
`;

/** Writes the service and its contract sample into a repository. */
export function writeShop(repo: string): void {
  for (const folder of ["shop", "contracts"]) mkdirSync(join(repo, folder));
  writeFileSync(join(repo, "shop", "main.mjs"), source);
  writeFileSync(join(repo, "contracts", "item.yaml"), sample);
}

/** An environment of it on this machine under a real name: pins in git, every gate shut. */
export function shopOn(
  repo: string,
  name: string,
  nodes: number,
  more: { config?: object; promotion?: object } = {},
): void {
  const { config, ...rest } = more;
  const waves = nodes === 1 ? ["100%"] : [1, "100%"];
  const shop = {
    kind: "http",
    nodes,
    source: "shop",
    contracts: "contracts",
    build: 'mkdir -p "$OUT_DIR" && cp main.mjs "$OUT_DIR"/',
    start: "exec node main.mjs",
    stopWithin: "3s",
    config: config ?? {},
    rollout: {
      waves,
      bake: { first: "500ms", rest: "500ms" },
      minHealthy: nodes === 1 ? "0%" : "50%",
      failureBudget: 0,
    },
  };
  const description = { platform: "local", services: { shop }, ...rest };
  writeFileSync(join(repo, "environments", `${name}.yaml`), stringify(description));
}
