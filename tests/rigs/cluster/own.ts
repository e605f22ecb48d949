// Starts the rig's own cluster: a real control plane on loopback, simulated nodes, the controller of Argo Rollouts.
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claimPort } from "../../../infra/platforms/local/ports.ts";
import { defineKinds, nodesReady, openApi } from "./api.ts";
import type { Api } from "./api.ts";
import { installed } from "./binaries.ts";
import type { Cluster } from "./cluster.ts";
import {
  startApiServer,
  startControllers,
  startEtcd,
  startKwok,
  startRollouts,
  writeSettings,
} from "./control-plane.ts";
import type { Place } from "./control-plane.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { kubectlOf } from "./kubectl.ts";
import { listening } from "./listening.ts";
import { openNetwork } from "./network.ts";
import { nodeManifests } from "./nodes.ts";
import { podsOf } from "./pods.ts";
import { openProcesses } from "./processes.ts";
import type { Program } from "./processes.ts";
import { stagesText } from "./stages.ts";
import { makeUser } from "./users.ts";

const context = "surefoot-rig";

/** Ends what it began when a part does not come up. `rollouts`: with Argo's kinds and controller. */
export async function startOwn(nodes: number, rollouts: boolean): Promise<Cluster> {
  const place = await openPlace();
  const { folder, processes, network, kubeconfig, ports } = place;
  const token = randomBytes(16).toString("hex");
  const server = `https://127.0.0.1:${ports.api}`;
  const api = openApi(server, token, place.authority);
  const stop = async (): Promise<void> => {
    await api.close();
    await processes.end();
    await network.close();
  };
  try {
    writeSettings(place, token);
    await listening(ports.etcd, startEtcd(place));
    const apiServer = await keepApiServer(place, api);
    const access = { server, authority: readFileSync(place.authority).toString("base64") };
    writeKubeconfig(kubeconfig, [{ ...access, context, token }]);
    await fill(place, api, nodes, rollouts);
    const controller = keepController(place);
    if (rollouts) await controller.startController();
    await nodesReady(api);
    const kubectl = kubectlOf(join(place.programs.kubernetes, "kubectl"), { kubeconfig, context });
    const pods: Cluster["pods"] = async () => podsOf(await api.get("/api/v1/pods?resourceVersion=0"));
    const addUser: Cluster["addUser"] = (...words) => makeUser({ kubectl, access, folder }, ...words);
    const parts = { kubectl, network, pods, addUser, processes, ...apiServer, ...controller };
    return { kubeconfig, context, server, folder, ...parts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openPlace(): Promise<Place & { authority: string }> {
  const names = ["etcd", "kubernetes", "kwok", "rollouts", "crds"] as const;
  const found = await Promise.all(names.map(async (name) => [name, await installed(name)] as const));
  const folder = mkdtempSync(join(tmpdir(), "surefoot-cluster-"));
  const port = (index: number): Promise<number> => claimPort(folder, process.pid * 16 + index);
  return {
    folder,
    processes: openProcesses(folder),
    network: await openNetwork(join(folder, "network")),
    programs: Object.fromEntries(found) as Place["programs"],
    kubeconfig: join(folder, "kubeconfig"),
    // The API server writes it at its first start.
    authority: join(folder, "certificates", "apiserver.crt"),
    ports: {
      etcd: await port(0),
      peer: await port(1),
      api: await port(2),
      health: await port(3),
      metrics: await port(4),
    },
  };
}

/** Kinds, controllers and nodes. */
async function fill(place: Place, api: Api, nodes: number, rollouts: boolean): Promise<void> {
  const { crds, rollouts: argo, kwok } = place.programs;
  writeFileSync(join(place.folder, "stages.yaml"), stagesText(kwok));
  startControllers(place);
  const kinds = [crds, ...(rollouts ? [argo] : [])].flatMap(manifestsOf);
  const added = nodeManifests(nodes).map((node) => api.post("/api/v1/nodes", node));
  await Promise.all([defineKinds(api, kinds), ...added]);
  startKwok(place);
}

async function keepApiServer(place: Place, api: Api) {
  let program: Program;
  const startApiserver = async (): Promise<void> => {
    program = startApiServer(place);
    await api.ready(program.check);
  };
  const stopApiserver = (): Promise<void> => program.stop("SIGKILL");
  await startApiserver();
  const restartApiserver = (): Promise<void> => stopApiserver().then(startApiserver);
  return { startApiserver, stopApiserver, restartApiserver };
}

function keepController(place: Place) {
  let program: Program | undefined;
  const startController = async (): Promise<void> => {
    program = startRollouts(place);
    await listening(place.ports.health, program);
  };
  return { startController, stopController: async () => program?.stop("SIGKILL") };
}

const manifestsOf = (folder: string): string[] =>
  readdirSync(join(folder, "manifests")).map((file) => readFileSync(join(folder, "manifests", file), "utf8"));
