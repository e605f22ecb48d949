// The cluster as a folder plays it: objects are what was asked for, and two of one kind never share a name.
import { openCloud } from "./cloud.ts";
import type { CloudPlace } from "./cloud.ts";
import { nameOf } from "../engine/urn.ts";
import type { Inputs } from "./given.ts";

/** An object as it stands: what of it was asked for, and what the cluster says of it. */
export interface Standing {
  inputs: Inputs;
  status?: Inputs | undefined;
}

/** Whatever plays the cluster. `inputs` are those of the last update. */
export interface Objects {
  create: (place: CloudPlace, inputs: Inputs) => Promise<Standing>;
  update: (place: CloudPlace, inputs: Inputs) => Promise<Standing>;
  /** Undefined: there is no such object. */
  read: (place: CloudPlace, inputs: Inputs) => Promise<Standing | undefined>;
  remove: (place: CloudPlace, inputs: Inputs) => Promise<void>;
}

/** Opens the folder; it is the same one that plays other clouds. */
export function openFolder(folder: string): Objects {
  const cloud = openCloud(folder);
  // The engine makes many at once: what is being made counts as there.
  const making = new Set<string>();
  const claim = async (place: CloudPlace, work: () => Promise<void>): Promise<void> => {
    const key = `${place.type} ${place.id}`;
    const isSame = ({ type, id }: CloudPlace): boolean => type === place.type && id === place.id;
    const taken = making.has(key);
    making.add(key);
    try {
      if (taken || (await cloud.list()).some(isSame))
        throw new Error(`AlreadyExists: ${key} is there already`);
      await work();
    } finally {
      if (!taken) making.delete(key);
    }
  };
  return {
    create: async (place, inputs) => {
      await claim(place, () => cloud.create(place, { name: nameOf(place.urn), inputs, revision: 1 }));
      return { inputs };
    },
    update: async (place, inputs) => {
      const before = await cloud.read(place);
      await cloud.write(place, { name: nameOf(place.urn), inputs, revision: (before?.revision ?? 0) + 1 });
      return { inputs };
    },
    read: async (place) => {
      const found = await cloud.read(place);
      return found === undefined ? undefined : { inputs: found.inputs };
    },
    remove: async (place) => cloud.remove(place),
  };
}
