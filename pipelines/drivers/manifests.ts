// Keeps release manifests by service and name in a folder; a name, once given, stands for one content for ever.
import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { damagedManifest, releaseExists, unknownRelease } from "../release/complaints.ts";
import { contentOf, manifestSchema } from "../release/manifest.ts";
import type { Manifest } from "../release/manifest.ts";
import { newestFirst } from "../release/retention.ts";

export interface Manifests {
  /** Writes a manifest, or keeps an equal one; throws Refusal E_RELEASE_EXISTS when the name stands for other content. */
  publish(manifest: Manifest): Promise<{ manifest: Manifest; kept: boolean }>;
  /** Throws Refusal E_RELEASE_UNKNOWN or E_MANIFEST. */
  read(service: string, release: string): Promise<Manifest>;
  /** Manifests of a service, or of all, newest first; throws Refusal E_MANIFEST when one is damaged. */
  list(service?: string): Promise<Manifest[]>;
  forget(manifest: Manifest): Promise<void>;
}

/** Opens the manifests in a folder; `drafts`, on the same disk, is where they are written first. */
export function openManifests(folder: string, drafts: string): Manifests {
  const pathOf = (service: string, release: string): string => join(folder, service, `${release}.json`);

  async function list(service?: string): Promise<Manifest[]> {
    const services = service === undefined ? await namesIn(folder) : [service];
    const found = await Promise.all(
      services.map(async (name) => {
        const files = (await namesIn(join(folder, name))).filter((file) => file.endsWith(".json"));
        return await Promise.all(files.map((file) => readManifest(join(folder, name, file))));
      }),
    );
    return newestFirst(found.flat());
  }

  return {
    list,
    async publish(manifest) {
      const path = pathOf(manifest.service, manifest.release);
      const draft = draftIn(drafts);
      const text = `${JSON.stringify(manifestSchema.parse(manifest), null, 2)}\n`;
      await mkdir(drafts, { recursive: true });
      await mkdir(dirname(path), { recursive: true });
      try {
        await writeThrough(draft, text);
        // A link, not a rename: of two writers at once exactly one may have the name.
        await link(draft, path);
        return { manifest, kept: false };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        const existing = await readManifest(path);
        if (contentOf(existing) !== contentOf(manifest)) throw releaseExists(existing, manifest);
        return { manifest: existing, kept: true };
      } finally {
        await rm(draft, { force: true });
      }
    },
    async read(service, release) {
      // By listing, so that no name can lead out of the folder.
      const isKnown =
        (await namesIn(folder)).includes(service) &&
        (await namesIn(join(folder, service))).includes(`${release}.json`);
      if (isKnown) return await readManifest(pathOf(service, release));
      const known = (await list()).filter((m) => m.service === service);
      throw unknownRelease(
        service,
        release,
        known.map((m) => m.release),
      );
    },
    async forget({ service, release }) {
      await rm(pathOf(service, release), { force: true });
    },
  };
}

/** Names in a folder, none when it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}

/** A new path for a file that is being written. */
export const draftIn = (drafts: string): string => join(drafts, randomUUID());

async function readManifest(path: string): Promise<Manifest> {
  try {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(path, "utf8")));
    const isAtHome =
      `${manifest.release}.json` === basename(path) && manifest.service === basename(dirname(path));
    if (!isAtHome) throw new Error(`it is for ${manifest.service} ${manifest.release}`);
    return manifest;
  } catch (error) {
    throw damagedManifest(`${basename(dirname(path))}/${basename(path)}`, error);
  }
}

async function writeThrough(path: string, text: string): Promise<void> {
  await using handle = await open(path, "wx");
  await handle.writeFile(text);
  await handle.sync();
}
