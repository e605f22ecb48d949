// The local platform's watcher: `node watcher-process.ts <root>` scrapes the nodes of that environment until SIGTERM.
import { fail } from "node:assert";
import type { AddressInfo } from "node:net";
import { Inventory } from "./inventory.ts";
import { openHome, publish, unpublish } from "./process-home.ts";
import { watcherConfigSchema } from "./watcher-config.ts";
import { boundLogs } from "./watcher-logs.ts";
import { Scraper } from "./watcher-scrape.ts";
import { watcherServer } from "./watcher-server.ts";

const logsMilliseconds = 30_000;
const root = process.argv[2] ?? fail("usage: node watcher-process.ts <root>");

const home = openHome(root, "watcher-config.json", watcherConfigSchema, {
  changed: (config) => (services = config.services),
  gone: () => void stop(),
});
let { services } = home.config;
const { intervalSeconds } = home.config;
const serviceOf = (name: string): (typeof services)[number] | undefined =>
  services.find((each) => each.name === name);
const scraper = new Scraper(intervalSeconds, serviceOf);
const inventory = new Inventory(root, (change) => scraper.apply(change));
const server = watcherServer({
  root,
  intervalSeconds,
  scraper,
  knows: (name) => serviceOf(name) !== undefined,
});

boundLogs(root);
setInterval(() => boundLogs(root), logsMilliseconds);
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
await server.listen({ host: "127.0.0.1", port: 0 });
publish(root, "watcher.json", { pid: process.pid, port: (server.server.address() as AddressInfo).port });

async function stop(): Promise<void> {
  // A summary takes milliseconds; whatever takes longer is not waited for.
  setTimeout(() => process.exit(0), 1000).unref();
  home.close();
  inventory.close();
  if (root !== undefined) unpublish(root, "watcher.json");
  await Promise.all([server.close(), scraper.close()]);
  process.exit(0);
}
