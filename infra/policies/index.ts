// The rules over every plan, as a list, and how a plan is held against them.
//
// Plain functions over the engine's events, not a pack of @pulumi/policy. The pack was tried (1.21.0, engine 3.259.0,
// offline: it works, with the analyzer as a script on PATH). Against it: an analyzer is one more Node process for each
// preview (0.8 s on top of 1.1 s for 50 resources, where ours may add a tenth); it is shown wanted inputs only, so no
// deletion and no replacement, which is what matters most; and it cannot look at a plan that was saved for approval.
import type { PlannedResource } from "../planned.ts";
import { adminWildcard } from "./admin-wildcard.ts";
import { backups } from "./backups.ts";
import { bucketPublic } from "./bucket-public.ts";
import type { PolicyContext } from "./context.ts";
import { databasePublic } from "./database-public.ts";
import { deletion } from "./deletion.ts";
import { encryption } from "./encryption.ts";
import { imageMutable } from "./image-mutable.ts";
import { inbound } from "./inbound.ts";
import { metadata } from "./metadata.ts";
import { networkOpen } from "./network-open.ts";
import { podPrivileged } from "./pod-privileged.ts";
import { podUnlimited } from "./pod-unlimited.ts";
import { protection } from "./protection.ts";
import type { Level, Rule } from "./rule.ts";
import { secretPlain } from "./secret-plain.ts";
import { serviceOpen } from "./service-open.ts";
import { sizes } from "./sizes.ts";
import { tags } from "./tags.ts";
import { trustWide } from "./trust.ts";

export const policies: readonly Rule[] = [
  deletion,
  protection,
  backups,
  encryption,
  databasePublic,
  bucketPublic,
  inbound,
  serviceOpen,
  networkOpen,
  podPrivileged,
  podUnlimited,
  imageMutable,
  secretPlain,
  metadata,
  adminWildcard,
  trustWide,
  sizes,
  tags,
];

export interface Violation {
  code: string;
  level: Level;
  /** Its name in the program. */
  resource: string;
  type: string;
  urn: string;
  property: string;
  what: string;
  mend: string;
  /** The value is known only after the update: nothing was judged. */
  unknown: boolean;
}

/** Every rule over every resource; mandatory ones first, else in the order of the rules. */
export function checkPolicies(
  resources: readonly PlannedResource[],
  context: PolicyContext,
  rules: readonly Rule[] = policies,
): Violation[] {
  const found = rules.flatMap(({ code, check }) =>
    resources.flatMap((resource) =>
      check(resource, context).map(({ property, what, mend, level = "mandatory", unknown = false }) => ({
        code,
        level,
        resource: resource.name,
        type: resource.type,
        urn: resource.urn,
        property,
        what,
        mend,
        unknown,
      })),
    ),
  );
  const rank = ({ level, unknown }: Violation): number => (level === "mandatory" ? 0 : unknown ? 2 : 1);
  return found.toSorted((a, b) => rank(a) - rank(b));
}
