// Rules of platform ssh: each node is one listed machine, and no two nodes may be the same one.
import type { Finding, Path } from "./complaint.ts";
import type { ForPlatform } from "./platform-rules.ts";
import type { SshHost } from "./ssh-shape.ts";
import { hint } from "./suggest.ts";

/** What is impossible in the list of machines. Hosts that a command prints are checked when it has run: `hostRules`. */
export function sshRules({ ssh, services }: ForPlatform): Finding[] {
  const { hosts, command } = ssh;
  if (hosts.length > 0 && command !== undefined) {
    const message = "hosts are listed here already: keep one of hosts and command";
    return [{ path: ["ssh", "command"], rule: "hosts-twice", message }];
  }
  if (command !== undefined || Object.keys(services).length === 0) return [];
  if (hosts.length === 0) {
    const message =
      "platform ssh needs machines: list them in ssh.hosts, or name an ssh.command that prints them";
    return [{ path: ["ssh"], rule: "hosts-missing", message }];
  }
  return hostRules(hosts, services).map((finding) => ({
    ...finding,
    path: ["ssh", "hosts", ...finding.path],
  }));
}

/** What is wrong with these hosts for these services; paths are relative to the list of hosts. */
export function hostRules(hosts: readonly SshHost[], services: Record<string, { nodes: number }>): Finding[] {
  const findings: Finding[] = [];
  const complain = (path: Path, rule: string, message: string) => findings.push({ path, rule, message });
  const seen = new Map<string, string>();
  const once = (key: string, index: number, field: string, rule: string, what: string) => {
    const name = hosts[index]?.name ?? "";
    const owner = seen.get(key);
    if (owner === undefined) seen.set(key, name);
    else complain([index, field], rule, `${what} of ${owner} already`);
  };
  for (const [index, host] of hosts.entries()) {
    const { name, servicePort, service } = host;
    const [machine, root] = [machineOf(host), rootOf(host)];
    if (!Object.hasOwn(services, service))
      complain(
        [index, "service"],
        "host-service",
        `no such service.${hint(service, Object.keys(services), "There are")}`,
      );
    if (hosts.findIndex((other) => other.name === name) < index) {
      complain([index, "name"], "host-twice", `${name} is already the name of a host`);
      continue;
    }
    if (/\/\.{0,2}\//.test(`${root}/`))
      complain([index, "root"], "host-folder", "must be a plain path: no //, /. or /.. in it");
    const around = hosts.find((other) => other !== host && contains(other, host));
    if (around !== undefined)
      complain([index, "root"], "host-folder-inside", `${root} lies in the folder of ${around.name}`);
    once(
      `folder ${machine} ${root}`,
      index,
      "root",
      "host-folder-twice",
      `${root} on ${machine} is the folder`,
    );
    once(
      `port ${machine} ${servicePort}`,
      index,
      "servicePort",
      "host-port-twice",
      `${servicePort} on ${machine} is the port`,
    );
  }
  return [...findings, ...countRules(hosts, services)];
}

const machineOf = ({ address, port }: SshHost): string => `${address.toLowerCase()} port ${port}`;

const rootOf = ({ name, root = `/opt/surefoot/${name}` }: SshHost): string => root;

/** Whether one node's folder holds the other's: taking the one away would take the other along. */
const contains = (outer: SshHost, inner: SshHost): boolean =>
  machineOf(outer) === machineOf(inner) && rootOf(inner).startsWith(`${rootOf(outer)}/`);

function countRules(hosts: readonly SshHost[], services: Record<string, { nodes: number }>): Finding[] {
  return Object.entries(services).flatMap(([name, { nodes }]) => {
    const listed = hosts.filter(({ service }) => service === name).length;
    if (listed === nodes) return [];
    const message = `services.${name} has ${nodes} ${nodes === 1 ? "node" : "nodes"}, and ${listed} ${listed === 1 ? "host is" : "hosts are"} listed for it`;
    return [{ path: [], rule: "host-count", message }];
  });
}
