// Reads a list of machines, one a line: `<service> [user@]address[:port] [zone]`.
import { nodeName } from "../../infra/names.ts";

export interface InitHost {
  name: string;
  service: string;
  address: string;
  port?: number;
  user?: string;
  zone?: string;
  servicePort?: number;
}

const LINE =
  /^(?<service>[a-z][a-z0-9-]*)\s+(?:(?<user>[^@\s]+)@)?(?<where>\S+)(?:\s+(?<zone>[a-z][a-z0-9-]*))?$/;

/** The hosts of a text, named `<service>-01` and so on, and a complaint for each line that is none. */
export function readHosts(text: string, file: string): { hosts: InitHost[]; complaints: string[] } {
  const hosts: InitHost[] = [];
  const complaints: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.replace(/#.*/, "").trim();
    if (words === "") continue;
    const found = LINE.exec(words)?.groups;
    const where = addressOf(found?.["where"] ?? "");
    if (found === undefined || where === undefined) {
      complaints.push(`${file}:${index + 1}: write a line as: <service> [user@]address[:port] [zone]`);
      continue;
    }
    const { service = "", user, zone } = found;
    const count = hosts.filter((host) => host.service === service).length;
    const beside = hosts.filter(
      ({ address, port = 22 }) => address === where.address && port === (where.port ?? 22),
    );
    hosts.push({
      name: nodeName(service, count),
      service,
      ...where,
      ...(user === undefined ? {} : { user }),
      ...(zone === undefined ? {} : { zone }),
      // Nodes that share a machine cannot share the port that they listen on.
      ...(beside.length === 0 ? {} : { servicePort: 8080 + beside.length }),
    });
  }
  if (hosts.length === 0 && complaints.length === 0) complaints.push(`${file}: lists no host`);
  return { hosts, complaints };
}

function addressOf(text: string): { address: string; port?: number } | undefined {
  const bracketed = /^\[(?<address>[\w:.%]+)\](?::(?<port>\d{1,5}))?$/.exec(text)?.groups;
  // More than one colon without brackets: all of it is an IPv6 address.
  const plain = /^(?<address>[\w.-]+)(?::(?<port>\d{1,5}))?$|^(?<v6>[\w:.%]+)$/.exec(text)?.groups;
  const { address = plain?.["v6"], port } = bracketed ?? plain ?? {};
  if (address === undefined || address.startsWith("-")) return undefined;
  return port === undefined ? { address } : { address, port: Number(port) };
}
