// A cluster of the user's own in place of the rig's: looked at, never restarted, and not without having been named.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "./cluster.ts";
import { kubectlOf } from "./kubectl.ts";
import { openNetwork } from "./network.ts";
import { podsOf } from "./pods.ts";
import { openProcesses } from "./processes.ts";
import { makeUser, removeUsers } from "./users.ts";

const never = (what: string) => async (): Promise<never> => {
  throw new Error(`${what} only works on the rig's own cluster: skip this test unless isOwn`);
};

/** The context SUREFOOT_RIG_CONTEXT of the file KUBECONFIG; throws unless it serves and knows Argo Rollouts. */
export async function takeExisting(): Promise<Cluster> {
  const [kubeconfig, context] = [process.env["KUBECONFIG"], process.env["SUREFOOT_RIG_CONTEXT"]];
  if (!kubeconfig || !context)
    throw new Error("SUREFOOT_RIG_CONTEXT names a context of the file KUBECONFIG: set both or neither");
  const folder = mkdtempSync(join(tmpdir(), "surefoot-cluster-"));
  const kubectl = kubectlOf("kubectl", { kubeconfig, context });
  const processes = openProcesses(folder);
  const network = await openNetwork(join(folder, "network"));
  const close = async (): Promise<void> => {
    await processes.end();
    await network.close();
  };
  try {
    await kubectl("get", "--raw=/readyz");
    await kubectl("get", "crd", "rollouts.argoproj.io");
    const shown = await kubectl("config", "view", "--raw", "--minify", "--flatten", "-o", "json");
    const { server, "certificate-authority-data": authority } = JSON.parse(shown).clusters[0].cluster;
    let users = false;
    return {
      kubeconfig,
      context,
      server,
      folder,
      kubectl,
      network,
      processes,
      pods: async () => podsOf(JSON.parse(await kubectl("get", "pods", "-A", "-o", "json"))),
      addUser: (...words) => {
        users = true;
        return makeUser({ kubectl, access: { server, authority }, folder }, ...words);
      },
      stopApiserver: never("stopApiserver"),
      startApiserver: never("startApiserver"),
      restartApiserver: never("restartApiserver"),
      stopController: never("stopController"),
      startController: never("startController"),
      stop: async () => {
        if (users) await removeUsers(kubectl);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
