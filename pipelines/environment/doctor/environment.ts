// The verb `doctor <environment>`: what this environment needs besides what this machine needs, all at once.
import { examineChats } from "../../notify/doctor.ts";
import { examine } from "../doctor.ts";
import { describe } from "../describe.ts";
import type { Check } from "./attempt.ts";
import { examineTools } from "./tools.ts";

/** Runs every check, of this machine and of the environment. Refuses a name or a description that is wrong. */
export async function examineEnvironment(repo: string, id: string): Promise<Check[]> {
  const { name, description } = describe(repo, id);
  const groups: Promise<Check[]>[] = [examine(repo)];
  if (!name.local) groups.push(Promise.resolve(examineChats(description.notify, process.env)));
  // What one platform needs is not loaded for the other.
  if (description.platform === "aws") {
    const [{ examineAws }, { awsProbes }] = await Promise.all([
      import("./aws.ts"),
      import("./aws-probes.ts"),
    ]);
    groups.push(examineTools("aws"), examineAws(description, awsProbes(description)));
    const pods = Object.values(description.services).some(({ runs }) => runs === "pods");
    if (pods) groups.push(examineTools("kubernetes"));
  }
  if (description.platform === "ssh") {
    const [{ examineHosts }, { sshProbes }] = await Promise.all([
      import("./ssh.ts"),
      import("./ssh-probes.ts"),
    ]);
    groups.push(examineTools("ssh"), examineHosts(description, sshProbes(repo, description)));
  }
  if (description.platform === "kubernetes") {
    const [{ examineKubernetes }, { kubernetesProbes }] = await Promise.all([
      import("./kubernetes.ts"),
      import("./kubernetes-probes.ts"),
    ]);
    groups.push(examineTools("kubernetes"), examineKubernetes(description, kubernetesProbes(description)));
  }
  return (await Promise.all(groups)).flat();
}
