// Keeps what a release was begun with until it is through, so that a rollout that another run ends is noted as it was agreed to.
import { z } from "zod";
import { changeCommit } from "../drivers/git-history.ts";
import { storeKey } from "../drivers/store.ts";
import type { Store } from "../drivers/store.ts";
import type { Workspace } from "../environment/workspace.ts";
import type { Deployable } from "../rollout/fleet.ts";
import type { Approved } from "./change.ts";
import { infraPart, readDelivered, releasePart, writeDelivered } from "./delivered.ts";
import type { DeliveredPart } from "./delivered.ts";
import type { Ground } from "./ground.ts";
import { demands, strictest } from "./ranges.ts";

type Part = Omit<DeliveredPart, "at">;

const schema = z.object({ to: z.string(), digest: z.string(), part: z.custom<Part>() });
type Begun = z.infer<typeof schema>;

const key = (environment: string, service: string): string => storeKey("delivering", environment, service);

async function noteBegun(place: string, store: Store, begun: Begun): Promise<void> {
  // The environment's lease is ours: nobody else writes it.
  await store.put(place, begun, (await store.get(place))?.etag ?? null);
}

/** Notes the releases of a plan that was agreed to. */
export async function noteAgreed({ store, name, description }: Workspace, ground: Ground): Promise<void> {
  const { commit, releases } = ground.plan;
  for (const { service, to, digest } of releases) {
    const part = { commit, source: ground.sources[service] ?? null, approval: description.approval };
    await noteBegun(key(name.id, service), store, { to, digest, part });
  }
}

/** Notes a release where nobody has to agree; from what is not one commit nothing is noted. */
export async function noteFree(
  { repo, store, name, description, artifacts }: Workspace,
  service: string,
  { id: to, digest, release }: Pick<Deployable, "id" | "digest" | "release">,
): Promise<void> {
  const commit = await changeCommit(repo).catch(() => null);
  if (commit === null) return;
  const { commit: source } = await artifacts.manifests.read(service, release);
  await noteBegun(key(name.id, service), store, {
    to,
    digest,
    part: { commit, source, approval: description.approval },
  });
}

/** The release is through: the next one begins where it was begun. What nobody noted changes nothing. */
export async function releaseDone(
  { store, name }: Workspace,
  service: string,
  { id, digest }: Pick<Deployable, "id" | "digest">,
): Promise<void> {
  if (name.local) return;
  const begun = schema.safeParse((await store.get(key(name.id, service)))?.value);
  if (!begun.success || begun.data.to !== id || begun.data.digest !== digest) return;
  await writeDelivered(store, name.id, { [releasePart(service)]: begun.data.part });
}

/** The infra plane is as this commit says. Where people have to agree, only what they agreed to counts. */
export async function infraDone(workspace: Workspace, approved: Approved | null): Promise<void> {
  const { repo, store, name, description } = workspace;
  if (name.local) return;
  const scope = { infra: true, sources: [] };
  const delivered = await readDelivered(store, name.id);
  const policy = strictest(delivered, scope, description.approval);
  if (demands(policy) && approved === null) return;
  const commit = await changeCommit(repo).catch(() => null);
  if (commit === null) return;
  const { approval, protection } = description;
  const last = delivered.parts[infraPart];
  // Who agreed to this very commit still does when it is carried out again.
  const by = approved?.by ?? (last?.commit === commit ? last.by : undefined);
  await writeDelivered(store, name.id, {
    [infraPart]: { commit, source: null, approval, protection, by: by && [...by] },
  });
}
