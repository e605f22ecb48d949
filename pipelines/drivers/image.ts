// Makes an image of a release: its files on the base image, pushed once, named by digest.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { CraneFailure, openCrane } from "./crane.ts";
import type { Crane } from "./crane.ts";
import { imageFailure, isAbsent, isDenied } from "./image-failure.ts";
import { writeLayer } from "./image-layer.ts";

export interface Images {
  /**
   * Reference by digest, `<registry>/<service>@sha256:...`, of the image with this artifact; pushed unless it is there. `archive`
   * is the artifact's file. Throws Refusal E_CRANE, E_REGISTRY, E_REGISTRY_DENIED, E_BASE_IMAGE, E_IMAGE_PUSH, E_ARCHIVE, E_DISK_FULL.
   */
  publish: (service: string, artifact: string, archive: string) => Promise<string>;
}

export interface ImagesOptions {
  /** Registry and path, without a slash at its end. */
  registry: string;
  /** Base image, by digest. */
  base: string;
  /** Where the layer is put together for as long as it is pushed. */
  folder?: string;
  crane?: string;
  signal?: AbortSignal;
}

const lookSeconds = 60;
// 2 GiB, the largest release, over a slow line.
const pushSeconds = 30 * 60;
const digestForm = /^sha256:[0-9a-f]{64}$/;

/** Nothing is asked before the first image. */
export function openImages(options: ImagesOptions): Images {
  const crane = openCrane(options.crane, options.signal);
  const begun = new Map<string, Promise<string>>();
  return {
    publish: (service, artifact, archive) => {
      const repository = `${options.registry}/${service}`;
      const key = `${repository} ${artifact}`;
      const known = begun.get(key);
      if (known !== undefined) return known;
      const published = publish({ ...options, crane }, repository, artifact, archive);
      begun.set(key, published);
      published.catch(() => begun.delete(key));
      return published;
    },
  };
}

type Open = Omit<ImagesOptions, "crane"> & { crane: Crane };

async function publish(open: Open, repository: string, artifact: string, archive: string): Promise<string> {
  const { crane, base, folder = tmpdir(), signal } = open;
  const image = `${repository}:${tagOf(artifact, base)}`;
  try {
    const there = await digestOf(crane, image);
    const temporary = await mkdtemp(join(folder, "surefoot-image-"));
    try {
      const layer = join(temporary, "layer.tar");
      const diff = await writeLayer(archive, layer, signal);
      // A tag can be moved by anyone who may push: what it names must end with this very layer.
      if (there !== undefined && (await topLayer(crane, `${repository}@${there}`)) === diff)
        return `${repository}@${there}`;
      const said = await crane.run(["append", "-b", base, "-f", layer, "-t", image], pushSeconds);
      return `${repository}@${digestIn(said)}`;
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof CraneFailure) throw imageFailure(error.message, { image, base }, error);
    throw isFull(error) ? diskFull(folder, error) : error;
  }
}

/** 12 digits of the artifact, 8 of the base: the same artifact on another base is another image. */
function tagOf(artifact: string, base: string): string {
  const baseDigest = base.slice(base.lastIndexOf("@") + 1);
  if (!digestForm.test(artifact) || !digestForm.test(baseDigest))
    throw new Error(`not by digest: ${artifact} on ${base}`);
  return `${artifact.slice(7, 19)}-${baseDigest.slice(7, 15)}`;
}

/** Undefined: there is none, or it may not be read; a push then shows whether that is all that is not allowed. */
async function digestOf(crane: Crane, image: string): Promise<string | undefined> {
  try {
    return digestIn(await crane.run(["digest", image], lookSeconds));
  } catch (error) {
    if (error instanceof CraneFailure && (isAbsent(error.message) || isDenied(error.message)))
      return undefined;
    throw error;
  }
}

const config = z.object({ rootfs: z.object({ diff_ids: z.array(z.string()) }) });

async function topLayer(crane: Crane, image: string): Promise<string | undefined> {
  const text = await crane.run(["config", image], lookSeconds);
  return config.parse(JSON.parse(text)).rootfs.diff_ids.at(-1);
}

function digestIn(said: string): string {
  const digest = said.slice(said.lastIndexOf("sha256:"));
  if (!digestForm.test(digest)) throw new CraneFailure(`crane answered no digest: ${said}`);
  return digest;
}

const isFull = (error: unknown): boolean =>
  ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");

const diskFull = (folder: string, cause: unknown): Refusal =>
  new Refusal(
    "E_DISK_FULL",
    {
      what: `there is no space left in ${folder}, where the image is put together`,
      state: "no node was changed by this",
      next: "free some space there or set TMPDIR, then run the same command again",
    },
    { cause },
  );
