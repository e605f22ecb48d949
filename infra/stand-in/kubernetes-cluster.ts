// An API server as the cluster: every object is applied to it server-side and strictly, read back, and deleted until it is gone.
import { setTimeout as sleep } from "node:timers/promises";
import { answered } from "./cloud.ts";
import type { CloudPlace } from "./cloud.ts";
import { openApi } from "./kubernetes-api.ts";
import type { Manifest } from "./kubernetes-api.ts";
import type { Inputs } from "./given.ts";
import type { Objects, Standing } from "./kubernetes-folder.ts";
import { plain, prune, readable } from "./kubernetes-manifest.ts";

const manager = "pulumi-kubernetes";
const DELETED_WITHIN_MS = 10 * 60_000;

/** Opens the current context of the kubeconfig. `folder`: where a file `hold-<name>` keeps answers back. */
export function openCluster(kubeconfig: string, folder: string): Objects {
  const api = openApi(kubeconfig);
  const manifestOf = ({ id }: CloudPlace, inputs: Inputs): Manifest => {
    const [name = "", namespace] = id.split("/").toReversed();
    const { metadata, ...rest } = plain(inputs) as Inputs;
    return { ...rest, metadata: { ...metadata, name, ...(namespace && { namespace }) } } as Manifest;
  };
  const apply = async (place: CloudPlace, inputs: Inputs): Promise<Standing> => {
    const manifest = manifestOf(place, inputs);
    // As the provider does: fields of others are taken where the object itself says so.
    const force = manifest.metadata.annotations?.["pulumi.com/patchForce"] === "true";
    const { status } = await api.apply(manifest, manager, force);
    return { inputs, status };
  };
  return {
    create: async (place, inputs) => {
      const manifest = manifestOf(place, inputs);
      if ((await api.get(manifest)) !== undefined)
        throw new Error(`AlreadyExists: ${manifest.kind} ${place.id} is there already`);
      const made = await apply(place, inputs);
      await answered(folder, place.urn);
      return made;
    },
    update: apply,
    read: async (place, inputs) => {
      const live = await api.get(manifestOf(place, inputs)).catch((error: unknown) => {
        // Where the kind is gone, so are its objects.
        if (error instanceof Error && error.message.startsWith("no matches for kind")) return undefined;
        throw error;
      });
      if (live === undefined) return undefined;
      return { inputs: prune(readable(live), inputs) as Inputs, status: live.status };
    },
    remove: async (place, inputs) => {
      const manifest = manifestOf(place, inputs);
      const gone = await api.remove(manifest);
      if (gone === undefined) return;
      for (const end = Date.now() + DELETED_WITHIN_MS; Date.now() < end; await sleep(200)) {
        if ((await api.get(manifest))?.metadata.uid !== gone) return;
      }
      throw new Error(`${manifest.kind} ${place.id} was deleted and does not go`);
    },
  };
}
