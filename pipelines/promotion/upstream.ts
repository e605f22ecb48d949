// Where an environment's releases come from: its upstream, with the pins that say what was verified there.
import { join } from "node:path";
import { complaintText } from "../../environments/complaint.ts";
import type { EnvironmentName } from "../../environments/name.ts";
import type { Description } from "../../environments/shape.ts";
import { loadTogether } from "../../environments/together.ts";
import { openPins } from "../drivers/pins.ts";
import type { Pins } from "../drivers/pins.ts";
import { describe } from "../environment/describe.ts";
import { pinsFile } from "../environment/places.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";

export interface Upstream {
  name: EnvironmentName;
  description: Description;
  pins: Pins;
  /** How this environment lets releases in. */
  policy: NonNullable<Description["promotion"]>;
  /** Seconds; in a rehearsal the shorter ones. */
  soak: number;
}

/**
 * Reads it; for a rehearsal it is the rehearsal of upstream. Asks nothing of upstream's account. Refuses with E_PROMOTION where
 * releases come from nowhere else, and with E_DESCRIPTION where the way there is described wrong.
 */
export function upstreamOf({
  repo,
  name,
  description,
}: Pick<Workspace, "repo" | "name" | "description">): Upstream {
  const policy = description.promotion;
  if (policy === undefined)
    throw new Refusal("E_PROMOTION", {
      what: `no release is promoted into ${name.id}: its description has no promotion, so releases are built for it`,
      state: "nothing was touched",
      next: `surefoot deploy ${name.id} <service> --release <release>, or write promotion: {after: <environment>} there`,
    });
  const loaded = loadTogether(join(repo, "environments")).get(name.description);
  if (loaded?.ok === false)
    throw new Refusal("E_DESCRIPTION", {
      what: `the way of releases into ${name.id} is described wrong`,
      state: "nothing was touched",
      next: `mend it, then: surefoot check ${name.id}`,
      details: loaded.complaints.map(complaintText),
    });
  const upstream = describe(repo, name.local ? `local/${policy.after}` : policy.after);
  return {
    name: upstream.name,
    description: upstream.description,
    pins: openPins(pinsFile(repo, upstream.name)),
    policy,
    soak: name.local ? description.rehearsal.soak : policy.soak,
  };
}
