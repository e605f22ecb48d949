// Makes an ssh node real: runs a script on its host, over a connection of its own that ends with it.
import { spawn } from "node:child_process";
import pLimit from "p-limit";
import type { Host } from "../local/host.ts";
import { sshArguments } from "./arguments.ts";
import { sshFailure } from "./failure.ts";
import { sshNodeSchema } from "./node.ts";
import type { SshNodeInputs } from "./node.ts";
import { lookScript, removeScript, setUpScript } from "./script.ts";

const scriptSeconds = 60;

/** The host for ssh nodes; `repo` is where a relative ssh_config lies. `forget`: nodes whose machine is gone for good. */
export function sshNodeHost(repo: string, forget: readonly string[]): Host {
  // One process serves all nodes.
  const limit = pLimit(1);
  const run = (name: string, inputs: unknown, script: (node: SshNodeInputs) => string): Promise<string> => {
    const node = sshNodeSchema.parse(inputs);
    limit.concurrency = node.startsAtOnce;
    return limit(() => runScript(name, node, script(node), repo));
  };
  // A refresh asks two questions of a node, one after the other: one connection answers both.
  const seen = new Map<string, string>();
  const look = async (name: string, inputs: unknown): Promise<string> => {
    const found =
      seen.get(name) ??
      (await run(name, inputs, ({ environment, root }) => lookScript({ environment, name, root })).catch(
        () => "",
      ));
    if (!seen.delete(name)) seen.set(name, found);
    return found;
  };
  return {
    create: async (name, inputs) => {
      await run(name, inputs, ({ environment, root, ...node }) =>
        setUpScript({ environment, name, root }, settingsOf(name, node)),
      );
    },
    // A host that cannot be asked is not taken for gone: `up` tries to mend it, and says what is wrong.
    exists: async (name, inputs) => (await look(name, inputs)) !== "surefoot-absent",
    running: async (name, inputs) => (await look(name, inputs)) === "surefoot-running",
    remove: async (name, inputs) => {
      if (forget.includes(name)) return;
      try {
        await run(name, inputs, ({ environment, root }) => removeScript({ environment, name, root }));
      } catch (error) {
        const hint = `if the machine is gone for good, run it again with --forget ${name}`;
        throw new Error(`${(error as Error).message}; ${hint}`, { cause: error });
      }
    },
  };
}

/** What a node's services are told. They listen on every address: the team's balancer has to reach them. */
function settingsOf(
  name: string,
  { service, zone, servicePort }: Pick<SshNodeInputs, "service" | "zone" | "servicePort">,
): Record<string, string> {
  return { PORT: String(servicePort), HOST: "0.0.0.0", NODE_NAME: name, NODE_ZONE: zone, SERVICE: service };
}

/** Runs it by `sh -s` on the host and returns the last word it said. Throws with the cause. */
async function runScript(name: string, node: SshNodeInputs, script: string, repo: string): Promise<string> {
  const { address, port, user, config, connectWithin } = node;
  const target = { address, port, ...(user === "" ? {} : { user }) };
  const settings = { connectWithin, ...(config === "" ? {} : { config }) };
  const alone = ["-o", "ControlMaster=no", "-o", "ControlPath=none"];
  const words = sshArguments(target, settings, repo, alone);
  // A group of its own: Ctrl-C waits for the step in progress.
  const child = spawn("ssh", [...words, "sh -s"], { stdio: "pipe", detached: true });
  let [heard, said] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (heard = (heard + chunk.toString()).slice(-10_000)));
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-10_000)));
  child.stdin.on("error", () => undefined);
  child.stdin.end(script);
  const within = connectWithin + scriptSeconds;
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const timer = setTimeout(() => child.kill("SIGKILL"), within * 1000);
  child.once("error", (error) => reject(new Error(`${name}: ssh cannot be started: ${error.message}`)));
  child.once("close", resolve);
  const code = await promise.finally(() => clearTimeout(timer));
  const word = /surefoot-\w+/.exec(heard.trim().split("\n").at(-1) ?? "")?.[0];
  if (code === 0 && word !== undefined) return word;
  const own = /^surefoot: (.+)$/m.exec(said)?.[1];
  const ended = code === null ? `it did not answer within ${within} s` : `the script ended with ${code}`;
  throw new Error(`${name}: ${own ?? sshFailure(said, target) ?? ended}`);
}
