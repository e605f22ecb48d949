// Which clusters the kubeconfig of this machine knows, to choose from.

/** Names of its contexts, the current one first; none where it cannot be read. */
export async function kubeContexts(): Promise<string[]> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch {
    return [];
  }
  const names = config.getContexts().map(({ name }) => name);
  const current = config.getCurrentContext();
  return names.toSorted((a, b) => Number(b === current) - Number(a === current));
}
