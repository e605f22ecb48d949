// Reads what base.yaml shares: the services that each environment must still size and configure.
import { join } from "node:path";
import { complaintText } from "../../environments/complaint.ts";
import { readInherited } from "../../environments/inherit.ts";
import { plain } from "../../environments/located.ts";
import { SHARED } from "../../environments/name.ts";
import { Refusal } from "../errors.ts";
import type { Shared, SharedService } from "./given.ts";

type Plain = Record<string, unknown>;

/** Refuses E_INIT where base.yaml is missing or is not YAML. */
export function readShared(repo: string): Shared {
  const { tree, complaints } = readInherited(join(repo, "environments"), SHARED);
  if (complaints.length > 0) {
    throw new Refusal("E_INIT", {
      what: "environments/base.yaml, which new descriptions extend, cannot be used",
      state: "nothing was written",
      next: "mend it, or take back the one that came with Surefoot",
      details: complaints.map(complaintText),
    });
  }
  const value = map(plain(tree));
  const services = Object.entries(map(value["services"])).map(([name, service]) => [
    name,
    sharedService(map(service)),
  ]);
  const scaling = Object.values(map(value["services"])).map((service) => map(service)["scaling"]);
  return {
    services: Object.fromEntries(services),
    database: value["database"] !== undefined,
    scales: scaling.some((one) => one !== undefined),
    floors: scaling.some((one) => map(one)["floors"] !== undefined),
  };
}

function sharedService({ kind, nodes, needs, config }: Plain): SharedService {
  const given = map(config);
  return {
    kind: String(kind),
    sized: nodes !== undefined,
    needs: Object.keys(map(needs)).filter((key) => !Object.hasOwn(given, key)),
  };
}

function map(value: unknown): Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Plain) : {};
}
