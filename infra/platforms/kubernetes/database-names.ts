// What the database is called in the namespace, and where it listens.

/** Name of the Cluster; its pods, services, secrets and account begin with it. */
export const DATABASE = "database";
/**
 * The operator's project publishes this list of images: by major version, each pinned by its digest. A minor version comes
 * with a newer list. `standard` is without tools for backups: those are the plugin's.
 */
export const CATALOG = "postgresql-standard-trixie";
export const POSTGRES_PORT = 5432;
/** Where the operator asks an instance how it is. */
export const STATUS_PORT = 8000;
export const METRICS_PORT = 9187;
/** Namespace of the operator, as it installs itself. */
export const OPERATOR_NAMESPACE = "cnpg-system";
