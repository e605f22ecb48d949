// What the database is called in the namespace, and where it listens.

/** Name of the Cluster; its pods, services, secrets and account begin with it. */
export const DATABASE = "database";
export const POSTGRES_PORT = 5432;
/** Where the operator asks an instance how it is. */
export const STATUS_PORT = 8000;
export const METRICS_PORT = 9187;
/** Namespace of the operator, as it installs itself. */
export const OPERATOR_NAMESPACE = "cnpg-system";
