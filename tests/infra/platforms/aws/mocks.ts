// Runs the AWS program without an engine, and keeps what it would register: names, inputs, protection.
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { loadDescription } from "../../../../environments/loader.ts";
import type { Description } from "../../../../environments/shape.ts";

export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  protect: boolean;
  /** Inputs whose change is no change. */
  ignored: string[];
  /** `type name` of what must be there before it, and go after it. */
  after: string[];
  /** Which provider makes it. */
  provider: string;
}

export interface Declared {
  resources: Registered[];
  told: Record<string, unknown>;
  /** The resources of a type, such as `rds/instance:Instance`. */
  of: (type: string) => Registered[];
  /** The only resource of a type with this name. */
  one: (type: string, name: string) => Registered;
}

export interface Statement {
  Action: string[];
  Resource: string | string[];
  Principal?: { Service?: string | string[] };
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** The statements of a role's own policy in which an action is named. */
export function allowed(declared: Declared, role: string, action: string): Statement[] {
  const { inputs } = declared.one("iam/rolePolicy:RolePolicy", role);
  const policy = JSON.parse(String(inputs["policy"])) as { Statement: Statement[] };
  return policy.Statement.filter(({ Action }) => Action.includes(action));
}

const environments = join(import.meta.dirname, "../../../../environments");

/** The description as it stands in the repository, open to changes by the test. */
export function described(name: string): Description {
  const loaded = loadDescription(environments, name);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.complaints));
  return structuredClone(loaded.description);
}

/** What AWS would fill in, as far as the program reads it. */
function known(type: string, name: string, inputs: Record<string, unknown>): Record<string, unknown> {
  return {
    ...inputs,
    arn: `arn:aws:${type}:${name}`,
    arnSuffix: `suffix/${name}`,
    keyId: `key-${name}`,
    latestVersion: 1,
    dnsName: "balancer.example.com",
    endpoint: `${name}.example.com:5432`,
    prefixListId: "pl-1",
    ownerId: "123456789012",
    bucket:
      inputs["bucket"] ??
      (inputs["bucketPrefix"] === undefined ? undefined : `${String(inputs["bucketPrefix"])}1`),
    certificateAuthority: { data: "Y2E=" },
    masterUserSecrets: [{ secretArn: "arn:aws:secretsmanager:password" }],
  };
}

/** Declares the description. Lookups in the cloud are refused: a preview must work without an account. */
export async function declare(description: Description): Promise<Declared> {
  const resources: Registered[] = [];
  const kept = new Set<string>();
  const ignored = new Map<string, string[]>();
  const after = new Map<string, string[]>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, provider = "" }) => {
        const protect = kept.has(`${type} ${name}`);
        resources.push({
          type: type.replace(/^aws:/, ""),
          name,
          inputs: inputs as Record<string, unknown>,
          protect,
          ignored: ignored.get(`${type} ${name}`) ?? [],
          after: after.get(`${type} ${name}`) ?? [],
          provider,
        });
        return { id: `${name}-id`, state: known(type, name, inputs as Record<string, unknown>) };
      },
      call: ({ token }) => {
        throw new Error(`the program looks up ${token}`);
      },
    },
    "surefoot",
    description.name,
    false,
  );
  const { awsPlatform } = await import("../../../../infra/platforms/aws/index.ts");
  watchOptions(kept, ignored, after);
  const told = awsPlatform(description) as pulumi.Input<Record<string, unknown>>;
  const resolved = await new Promise<Record<string, unknown>>((resolve) => {
    pulumi.output(told).apply(resolve);
  });
  await pulumi.runtime.disconnect();
  const of = (type: string) => resources.filter((each) => each.type === type);
  const one = (type: string, name: string) => {
    const found = of(type).filter((each) => each.name === name);
    if (found.length !== 1 || found[0] === undefined)
      throw new Error(`${found.length} resources ${type} ${name}`);
    return found[0];
  };
  return { resources, told: resolved, of, one };
}

interface Monitor {
  registerResource: (request: Request, ...rest: unknown[]) => unknown;
}

interface Request {
  getType: () => string;
  getName: () => string;
  getProtect: () => boolean;
  getIgnorechangesList: () => string[];
  getDependenciesList: () => string[];
}

// The mocks are told of inputs only: whether a resource is protected, and what of it is ignored, stands in the request.
function watchOptions(kept: Set<string>, ignored: Map<string, string[]>, after: Map<string, string[]>): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, ...rest) => {
    const key = `${request.getType()} ${request.getName()}`;
    after.set(
      key,
      request.getDependenciesList().map((urn) => urn.split("::").slice(-2).join(" ")),
    );
    if (request.getProtect()) kept.add(key);
    ignored.set(key, request.getIgnorechangesList());
    return register(request, ...rest);
  };
}
