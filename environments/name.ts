// Reads the name a person types for an environment: `prod` is the real one, `local/prod` is prod rehearsed here.
export interface EnvironmentName {
  /** As typed: `prod` or `local/prod`. */
  id: string;
  /** The file that describes it, without `.yaml`. */
  description: string;
  local: boolean;
  /** The Pulumi stack: `prod` or `local-prod`. */
  stack: string;
}

export type ParsedName = { ok: true; name: EnvironmentName } | { ok: false; complaint: string };

const MAX_LENGTH = 40;
const PATTERN = /^[a-z][a-z0-9-]*$/;

/** The file that others extend; it describes no environment of its own. */
export const SHARED = "base";

/** Reads `prod` or `local/prod`. Never throws; a bad name comes back as a complaint. */
export function parseName(id: string): ParsedName {
  const local = id.startsWith("local/");
  const description = local ? id.slice("local/".length) : id;
  const complaint = complainAboutName(description);
  if (complaint !== undefined) return { ok: false, complaint };
  return { ok: true, name: { id, description, local, stack: local ? `local-${description}` : description } };
}

/** Says what is wrong with the name of a description (no `local/` before it), or undefined. */
export function complainAboutName(name: string): string | undefined {
  if (!isFileName(name)) {
    const shown = JSON.stringify(name.slice(0, MAX_LENGTH + 1));
    return `${shown} is not the name of an environment: use a lower-case letter, then lower-case letters, digits or "-", at most ${MAX_LENGTH} characters; put "local/" in front to rehearse it on this machine`;
  }
  if (name === SHARED) return `"${SHARED}" is what environments share, not an environment itself`;
  // `local-prod` is the stack of `local/prod`: no other environment may own that stack.
  if (name === "local" || name.startsWith("local-")) {
    return `"${name}" could be taken for a rehearsal on this machine: a name may not be "local" or start with "local-"`;
  }
  return undefined;
}

/** True for a name that is safe as `<name>.yaml` inside the folder, also for the shared file. */
export function isFileName(name: string): boolean {
  return name.length <= MAX_LENGTH && PATTERN.test(name);
}
