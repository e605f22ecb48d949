// The shipped services on a cluster, as a description that a test may change: 50 game servers, an app that scales, a database.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { loadDescription } from "../../environments/loader.ts";
import type { Description } from "../../environments/shape.ts";

export const baseImage = (digit: string): string => `node:24-slim@sha256:${digit.repeat(64)}`;

/** Writes `cluster.yaml` into a world's descriptions; `more` is merged into its first level. */
export function describeCluster(repo: string, more: object = {}): Description {
  const folder = join(repo, "environments");
  const floor = {
    name: "evening",
    nodes: 9,
    days: ["mon"],
    from: "17:00",
    to: "23:30",
    timezone: "Europe/Berlin",
  };
  const description = {
    extends: "base",
    platform: "kubernetes",
    protection: true,
    zones: ["zone-a", "zone-b", "zone-c"],
    edge: { domain: "play.example.com" },
    kubernetes: {
      context: "game",
      registry: "registry.example.com/game",
      base: baseImage("a"),
      ingress: { class: "nginx", tlsSecret: "play-tls" },
      backups: { destination: "s3://game-backups/prod", secret: "backups" },
    },
    database: { storage: "20GiB" },
    services: {
      app: {
        nodes: 6,
        scaling: { max: 18, floors: [floor] },
        config: { IMAGE_HOST: "https://images.example.com" },
      },
      server: { nodes: 50 },
    },
    ...more,
  };
  writeFileSync(join(folder, "cluster.yaml"), stringify(description));
  const loaded = loadDescription(folder, "cluster");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.complaints, null, 2));
  return loaded.description;
}
