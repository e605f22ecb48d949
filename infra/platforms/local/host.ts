// What the provider asks of each type of resource.
/** How one type of resource is made real. `running` tells whether its process lives; all calls may be repeated. */
export interface Host {
  create: (name: string, inputs: Record<string, unknown>) => Promise<void>;
  running: (name: string, inputs?: Record<string, unknown>) => Promise<boolean>;
  exists: (name: string, inputs?: Record<string, unknown>) => Promise<boolean>;
  remove: (name: string, inputs?: Record<string, unknown>) => Promise<void>;
}
