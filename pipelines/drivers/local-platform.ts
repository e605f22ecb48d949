// The local platform for the release plane: node folders, the edge and the watcher below one root.
import { edgeAddress, openLocalFleet } from "./local-fleet.ts";
import { openLocalMetrics } from "./local-metrics.ts";
import { sweep } from "./local-sweep.ts";
import type { Platform } from "./platform.ts";

/** Opens the platform below the root; `artifact` gives the verified file of a digest. */
export function openLocalPlatform(root: string, artifact: (digest: string) => Promise<string>): Platform {
  return {
    admit: async () => {},
    fleet: async (service) => openLocalFleet(root, service, artifact),
    metrics: openLocalMetrics(root),
    edge: async () => edgeAddress(root),
    bootOn: async () => {},
    sweep: () => sweep(root),
    close: () => {},
  };
}
