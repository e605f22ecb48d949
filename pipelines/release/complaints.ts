// The refusals of the artifact store, in one place because each must say the state and the way on.
import { nearest } from "../../environments/suggest.ts";
import { Refusal } from "../errors.ts";
import type { Manifest } from "./manifest.ts";

/** E_DIGEST: `found` is null when there is no such file. */
export function wrongDigest(expected: string, found: string | null): Refusal {
  return new Refusal("E_DIGEST", {
    what:
      found === null
        ? `The artifact ${expected} is not in the store.`
        : `An artifact should have been ${expected}.`,
    state: "It was not used.",
    next: "Fetch the archive again or make the release again: surefoot release <service>",
    details: found === null ? [] : [`it is ${found}`],
  });
}

/** E_RELEASE_EXISTS, with what differs. */
export function releaseExists(existing: Manifest, wanted: Manifest): Refusal {
  const { service, release } = existing;
  const parts = ["digest", "config", "start", "needs"] as const;
  const differing = parts.filter((part) => JSON.stringify(existing[part]) !== JSON.stringify(wanted[part]));
  return new Refusal("E_RELEASE_EXISTS", {
    what: `${service} ${release} exists with other content.`,
    state: `${release} is unchanged: built by ${existing.builtBy} at ${existing.builtAt}.`,
    next: `Choose another name: surefoot release ${service} --release <name>`,
    details: differing.map((part) => `${part}: ${text(existing[part])}, now ${text(wanted[part])}`),
  });
}

/** E_RELEASE_UNKNOWN, with the nearest name. */
export function unknownRelease(service: string, release: string, known: readonly string[]): Refusal {
  const meant = nearest(release, known);
  const latest = known.slice(0, 5).join(", ");
  return new Refusal("E_RELEASE_UNKNOWN", {
    what: `There is no release ${JSON.stringify(release)} of ${service}.`,
    state: known.length === 0 ? `${service} has no release yet.` : `The latest are: ${latest}.`,
    next: meant ? `Did you mean ${meant}?` : `Make it: surefoot release ${service} --release <name>`,
  });
}

/** E_RELEASE_UNKNOWN: it was made here, but `bucket` never got it. */
export function notShared(service: string, release: string, bucket: string): Refusal {
  return new Refusal("E_RELEASE_UNKNOWN", {
    what: `${service} ${release} is known on this machine only; the team's bucket ${bucket} does not have it.`,
    state: "It was not used: no other machine could deploy it or go back to it.",
    next: `Publish it, from the same source or with --artifact <archive>: surefoot release ${service} --release ${release} --from <environment>`,
  });
}

/** E_MANIFEST. */
export function damagedManifest(name: string, cause: unknown): Refusal {
  const message = {
    what: `The release manifest ${name} is damaged.`,
    state: "It was not used.",
    next: "Delete that file and make the release again.",
    details: [cause instanceof Error ? cause.message : String(cause)],
  };
  return new Refusal("E_MANIFEST", message, { cause });
}

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
