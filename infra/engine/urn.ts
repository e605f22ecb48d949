// Reads the engine's names of resources: `urn:pulumi:<stack>::<project>::<type>::<name>`.

/** The resource's own name: the last part of its URN. */
export const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

/** The resource's type, without its parents'. */
export const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
