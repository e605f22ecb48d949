// Machines of a group for the rig: moto plays Auto Scaling, a real sshd plays each instance, a small `aws` carries the connection there.
import { chownSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeImagesCommand, EC2Client, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import type { Service } from "../../../environments/shape.ts";
import type { SshHost } from "../../../environments/ssh-shape.ts";
import { shellLines } from "../../../infra/platforms/settings.ts";
import type { Instance } from "../../../pipelines/drivers/aws-inventory.ts";
import { startMachines } from "../ssh/hosts.ts";
import type { Machine, Machines } from "../ssh/hosts.ts";

export const region = "eu-central-1";
const script = join(import.meta.dirname, "..", "..", "..", "infra", "platforms", "node.sh");
const asRoot = process.getuid?.() === 0;

export interface Instances {
  machines: Machines;
  /** Folder with `aws` and what else must be first on PATH. */
  bin: string;
  /** How the release plane reaches an instance; one seen for the first time gets the next free machine. */
  host: (instance: Instance, service: Service) => SshHost;
  machineOf: (id: string) => Machine;
  end: () => Promise<void>;
}

/** So many machines per service, each prepared as its first start does: script, settings, keeper; nothing released yet. */
export async function startInstances(endpoint: string, services: Record<string, number>): Promise<Instances> {
  const machines = await startMachines(services);
  const bin = join(machines.folder, "bin");
  const taken = new Map<string, Machine>();
  mkdirSync(join(machines.folder, "instances"));
  // Only the key that is put there for a connection opens a machine.
  writeFileSync(join(machines.folder, "authorized"), "");
  writeAws(machines.folder, endpoint);
  for (const machine of machines.all) prepare(machine, bin);
  const host: Instances["host"] = ({ id, zone }, service) => {
    const machine =
      taken.get(id) ??
      machines.all.find((one) => one.entry.service === service.name && ![...taken.values()].includes(one));
    if (machine === undefined) throw new Error(`no machine is left for ${id}`);
    taken.set(id, machine);
    const { address, port, root, servicePort } = machine.entry;
    writeFileSync(join(machines.folder, "instances", id), address);
    const user = asRoot ? "nobody" : execFileSync("id", ["-un"], { encoding: "utf8" }).trim();
    return { name: id, service: service.name, address: id, port, user, zone, root, servicePort };
  };
  return {
    machines,
    bin,
    host,
    machineOf: (id) => taken.get(id) ?? raise(`${id} has no machine`),
    end: async () => {
      for (const { entry } of machines.all) onMachine(entry.root, "halt", "5");
      await machines.end();
    },
  };
}

/** What a machine does at its first start, without what needs a machine of its own (infra/platforms/aws/node-start.sh). */
function prepare({ entry }: Machine, bin: string): void {
  const { root, name, service, zone, servicePort } = entry;
  copyFileSync(script, join(root, "node.sh"));
  const settings = {
    SERVICE: service,
    NODE_NAME: name,
    NODE_ZONE: zone,
    HOST: "127.0.0.1",
    PORT: String(servicePort),
  };
  writeFileSync(
    join(root, "node.env"),
    shellLines({ ...settings, PATH: `${bin}:/usr/local/bin:/usr/bin:/bin` }),
  );
  if (asRoot) for (const file of ["node.sh", "node.env"]) chownSync(join(root, file), 65_534, 65_534);
  onMachine(root, "boot");
}

function onMachine(root: string, ...words: string[]): void {
  execFileSync("sh", [join(root, "node.sh"), ...words], asRoot ? { uid: 65_534, gid: 65_534 } : {});
}

/** The three things that are asked of AWS's own command line: a key for a minute, a way to the machine, an object. */
function writeAws(folder: string, endpoint: string): void {
  const relay = join(folder, "bin", "relay.mjs");
  writeFileSync(
    relay,
    'import { connect } from "node:net";\nconst [, , host, port] = process.argv;\nconst socket = connect(Number(port), host);\nprocess.stdin.pipe(socket);\nsocket.pipe(process.stdout);\nsocket.on("error", () => process.exit(1));\nsocket.on("close", () => process.exit(0));\n',
  );
  const lines = [
    "#!/bin/sh",
    "# The rig's aws: what the release plane and the machines ask of it, against moto and the machines of the rig.",
    "set -eu",
    'verb="$1 $2"; shift 2',
    "instance='' key='' port='' last='' before=''",
    "while [ $# -gt 0 ]; do",
    "  case $1 in",
    "    --instance-id | --target) instance=$2; shift ;;",
    "    --ssh-public-key) key=${2#file://}; shift ;;",
    "    --parameters) port=${2#portNumber=}; shift ;;",
    "    --region | --document-name | --instance-os-user) shift ;;",
    "    --*) ;;",
    "    *) before=$last; last=$1 ;;",
    "  esac",
    "  shift",
    "done",
    "case $verb in",
    `  'ec2-instance-connect send-ssh-public-key') cat "$key" >>'${folder}/authorized' ;;`,
    `  'ssm start-session') exec '${join(folder, "bin", "node")}' '${relay}' "$(cat '${folder}/instances/'"$instance")" "$port" ;;`,
    `  's3 cp') curl -fsS --aws-sigv4 aws:amz:${region}:s3 -u test:test -o "$last" '${endpoint}/'"\${before#s3://}" ;;`,
    '  *) echo "the rig\'s aws knows no $verb" >&2; exit 2 ;;',
    "esac",
    "",
  ];
  writeFileSync(join(folder, "bin", "aws"), lines.join("\n"), { mode: 0o755 });
  writeFileSync(join(folder, "bin", "session-manager-plugin"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
}

/** Makes the group of a service in moto, with so many instances, behind a target group or not. */
export async function makeGroup(service: string, nodes: number, targetGroup?: string): Promise<string> {
  const [scaling, ec2] = [new AutoScalingClient({ region }), new EC2Client({ region })];
  const { Images: [image] = [] } = await ec2.send(
    new DescribeImagesCommand({ Filters: [{ Name: "architecture", Values: ["x86_64"] }] }),
  );
  const name = `surefoot-test-${service}`;
  const template = { LaunchConfigurationName: name, ImageId: image?.ImageId, InstanceType: "t3.small" };
  await scaling.send(new CreateLaunchConfigurationCommand(template));
  await scaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      LaunchConfigurationName: name,
      MinSize: nodes,
      MaxSize: nodes,
      DesiredCapacity: nodes,
      AvailabilityZones: [`${region}a`, `${region}b`],
      ...(targetGroup === undefined ? {} : { TargetGroupARNs: [targetGroup] }),
    }),
  );
  return name;
}

/** Ends an instance behind the group's back: the group starts another one in its place. */
export async function terminate(id: string): Promise<void> {
  await new EC2Client({ region }).send(new TerminateInstancesCommand({ InstanceIds: [id] }));
}

function raise(message: string): never {
  throw new Error(message);
}
