// What a person gives to `init`, as flags or as answers: still text, and any of it may be missing.
export interface Given {
  platform?: string | undefined;
  /** Environments to describe; dev, staging and prod where left out. */
  names?: string[] | undefined;
  region?: string | undefined;
  zones?: string[] | undefined;
  /** `<12 digits>` for all, or `<name>=<12 digits>`. */
  account?: string[] | undefined;
  owner?: string | undefined;
  /** `owner/name` on GitHub. */
  repository?: string | undefined;
  /** `<domain>` for protected environments (the others get `<name>.<domain>`), or `<name>=<domain>`. */
  domain?: string[] | undefined;
  stateBucket?: string | undefined;
  /** Environments whose data is protected; those called prod or production where left out. */
  protect?: string[] | undefined;
  /** `<service>=<count>` or `<name>.<service>=<count>`. */
  nodes?: string[] | undefined;
  /** `<service>.<KEY>=<value>`; `{name}` in it becomes the name of the environment. */
  set?: string[] | undefined;
  /** ssh: `<file>` or `<name>=<file>`. */
  hosts?: string[] | undefined;
  /** kubernetes, each for all or as `<name>=<value>`; `{name}` in it becomes the name of the environment. */
  context?: string[] | undefined;
  namespace?: string[] | undefined;
  registry?: string[] | undefined;
  base?: string[] | undefined;
  prometheus?: string[] | undefined;
  backups?: string[] | undefined;
  ingress?: string[] | undefined;
}

/** A service that base.yaml shares: what an environment must still say about it. */
export interface SharedService {
  kind: string;
  /** True when base.yaml gives the number of nodes already. */
  sized: boolean;
  /** Config keys that it needs and that base.yaml gives no value. */
  needs: string[];
}

export interface Shared {
  services: Record<string, SharedService>;
  database: boolean;
  /** Whether the number of pods of a service follows its load. */
  scales?: boolean;
  /** Whether it follows the clock too. */
  floors?: boolean;
}

export const platforms = ["aws", "ssh", "kubernetes"] as const;

export const defaultNames = ["dev", "staging", "prod"];

/** `{"": "all", dev: "only dev"}` from `["all", "dev=only dev"]`: what stands for all, and what for one name. */
export function byName(values: readonly string[] = []): Record<string, string> {
  const pairs = values.map((value) => {
    const at = value.indexOf("=");
    return at < 0 ? ["", value] : [value.slice(0, at), value.slice(at + 1)];
  });
  // Without what every object has: an environment may be called "constructor".
  return Object.setPrototypeOf(Object.fromEntries(pairs), null) as Record<string, string>;
}

/** What is given for one name, else for all; `{name}` is filled in. Undefined where neither is given. */
export function valueFor(values: readonly string[] | undefined, name: string): string | undefined {
  const known = byName(values);
  return (known[name] ?? known[""])?.replaceAll("{name}", name);
}

/** The names of environments, with their default. */
export function namesOf({ names }: Given): string[] {
  return names === undefined || names.length === 0 ? defaultNames : [...new Set(names)];
}

/** Those of them whose data is protected. */
export function protectedOf(given: Given): string[] {
  const names = namesOf(given);
  return names.filter((name) => (given.protect ?? ["prod", "production"]).includes(name));
}

/** Whether people or browsers reach one of the services through a balancer. */
export function hasHttp({ services }: Shared): boolean {
  return Object.values(services).some(({ kind }) => kind === "http");
}

/** The config given to a service, for one environment. */
export function configOf({ set = [] }: Given, service: string, name: string): Record<string, string> {
  const values = Object.entries(byName(set)).filter(([key]) => key.startsWith(`${service}.`));
  return Object.fromEntries(
    values.map(([key, value]) => [key.slice(service.length + 1), value.replaceAll("{name}", name)]),
  );
}
