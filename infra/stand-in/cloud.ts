// A folder that plays the cloud: one file per resource, so that a resource outlives the process that made it.
import { randomBytes } from "node:crypto";
import { existsSync, watch } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nameOf } from "../engine/urn.ts";

export interface CloudResource {
  name: string;
  inputs: Record<string, unknown>;
  /** How often it was written. */
  revision: number;
}

/** A resource by its type, its id, and its URN: the same id may be taken once in each region. */
export interface CloudPlace {
  type: string;
  id: string;
  urn: string;
}

export interface Cloud {
  newId: (type: string) => string;
  /** Refuses a second resource of one type and id, as AWS does for names that must be unique. */
  create: (place: CloudPlace, resource: CloudResource) => Promise<void>;
  write: (place: CloudPlace, resource: CloudResource) => Promise<void>;
  read: (place: CloudPlace) => Promise<CloudResource | undefined>;
  remove: (place: CloudPlace) => Promise<void>;
  /** Every resource, for who looks one up by its name. */
  list: () => Promise<(CloudResource & CloudPlace)[]>;
}

/** Opens the cloud in a folder. A file `hold-<name>` there keeps the answer to that resource's creation back until it is gone. */
export function openCloud(folder: string): Cloud {
  const home = join(folder, "resources");
  const fileOf = ({ type, id, urn }: CloudPlace): string =>
    join(home, `${encodeURIComponent(`${type} ${id} ${nameOf(urn)}`)}.json`);
  const write: Cloud["write"] = async (place, resource) => {
    const path = fileOf(place);
    await mkdir(home, { recursive: true });
    await writeFile(`${path}.new`, JSON.stringify({ ...place, ...resource }));
    await rename(`${path}.new`, path);
  };
  return {
    newId: (type) => `${type.split(":").at(-1)?.toLowerCase()}-${randomBytes(6).toString("hex")}`,
    create: async (place, resource) => {
      const { type, id } = place;
      if (existsSync(fileOf(place))) throw new Error(`AlreadyExists: ${type} ${id} is there already`);
      await write(place, resource);
      await answered(folder, place.urn);
    },
    write,
    read: async (place) => {
      const text = await readFile(fileOf(place), "utf8").catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as CloudResource);
    },
    remove: async (place) => rm(fileOf(place), { force: true }),
    list: async () => {
      const names = await readdir(home).catch(() => []);
      const texts = names
        .filter((name) => name.endsWith(".json"))
        .map((name) => readFile(join(home, name), "utf8"));
      return (await Promise.all(texts)).map((text) => JSON.parse(text));
    },
  };
}

/** A cloud is slow at times: resolves once there is no file `hold-<name>` in the folder. */
export async function answered(folder: string, urn: string): Promise<void> {
  const held = (): boolean => existsSync(join(folder, `hold-${nameOf(urn)}`));
  if (!held()) return;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (held()) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, look);
    // It may have gone before the watch began.
    look();
  });
}
