// The table of what differs between environments: rows are dotted keys, values stand as they are written.
import { editorSchema } from "./json-schema.ts";
import { NONE } from "./shape.ts";
import { percentText, policyForFleet, waveText } from "./waves.ts";

/** One environment: its name, and its merged value before units are read. */
export interface Column {
  name: string;
  value: unknown;
}

export interface Row {
  /** Dotted, such as `services.app.nodes`. */
  key: string;
  /** As many as there are columns; `-` where a key has neither a value nor a default. */
  cells: string[];
}

interface SchemaNode {
  default?: unknown;
  anyOf?: SchemaNode[];
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | boolean;
}

type Plain = Record<string, unknown>;

const NOTHING = "-";

/** The rows in which these environments are not all the same, those of the environment first, then service by service. */
export function differences(columns: readonly Column[]): Row[] {
  const schema = editorSchema() as SchemaNode;
  const values = columns.map(({ value }) => withPolicies(value));
  const keys = new Map<string, string[]>();
  for (const value of values) for (const path of leaves(value)) keys.set(path.join("."), path);
  const rows = [...keys.values()].map((path) => ({
    key: path.join("."),
    cells: values.map((value) => cell(schema, value, path)),
  }));
  return rows.filter(({ cells }) => new Set(cells).size > 1).toSorted((a, b) => order(a.key, b.key));
}

/** The rows as a table in Markdown. */
export function tableText(columns: readonly Column[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rows = differences(columns).map(({ key, cells }) => line([`\`${key}\``, ...cells.map(escaped)]));
  const names = columns.map(({ name }) => name);
  return [line(["key", ...names]), line(["---", ...names.map(() => "---")]), ...rows].join("\n");
}

/** `text` with `table` between its two markers; undefined where the markers are not there. */
export function withTable(text: string, table: string): string | undefined {
  const [begin, end] = ["<!-- table: npm run table -->", "<!-- /table -->"];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) return undefined;
  return `${text.slice(0, from + begin.length)}\n${table}\n${text.slice(to)}`;
}

/** With what a rollout does by itself in a fleet of this size, where the description is silent. */
function withPolicies(value: unknown): unknown {
  if (!isPlain(value) || !isPlain(value["services"])) return value;
  const services = Object.entries(value["services"]).map(([name, service]) => {
    if (!isPlain(service) || typeof service["nodes"] !== "number") return [name, service];
    const { waves, failureBudget, minHealthy } = policyForFleet(service["nodes"]);
    const policy = { waves: waves.map(waveText), failureBudget, minHealthy: percentText(minHealthy) };
    const given = isPlain(service["rollout"]) ? service["rollout"] : {};
    return [name, { ...service, rollout: { ...policy, ...given } }];
  });
  return { ...value, services: Object.fromEntries(services) };
}

function leaves(value: unknown, path: string[] = []): string[][] {
  if (!isPlain(value)) return path.length === 0 ? [] : [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

/** The value at the path; else its default, unless a map above it is left out and has no default of its own. */
function cell(schema: SchemaNode, value: unknown, path: readonly string[]): string {
  let node: SchemaNode | undefined = schema;
  let here: unknown = value;
  for (const step of path) {
    node = inside(node, step);
    here = (isPlain(here) ? here[step] : undefined) ?? node?.default;
    if (here === undefined || here === NONE) return NOTHING;
  }
  return written(here);
}

function inside(node: SchemaNode | undefined, step: string): SchemaNode | undefined {
  const named = node?.properties?.[step];
  // What may be `none` is a map or that word.
  if (named !== undefined) return named.anyOf?.find(({ properties }) => properties !== undefined) ?? named;
  return typeof node?.additionalProperties === "object" ? node.additionalProperties : undefined;
}

function written(value: unknown): string {
  if (Array.isArray(value) && value.length > 0) return value.map(nested).join(", ");
  const empty = value === "" || (Array.isArray(value) && value.length === 0);
  return empty ? NOTHING : nested(value);
}

function nested(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(nested).join(", ")}]`;
  if (!isPlain(value)) return String(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${nested(inner)}`);
  return `{${pairs.join(", ")}}`;
}

// The order of the schema would move with every new key: the alphabet does not.
function order(a: string, b: string): number {
  const services = Number(a.startsWith("services.")) - Number(b.startsWith("services."));
  return services || (a < b ? -1 : 1);
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
}

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
