// The JSON Schema of a description, for editors; also what "unknown key" and "missing key" complaints know.
import { z } from "zod";
import { descriptionSchema, EXTENDS, MAY_BE_NONE, NONE } from "./shape.ts";

interface SchemaNode {
  description?: string;
  unit?: string;
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | boolean;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  required?: string[];
}

let generated: SchemaNode | undefined;

/** The schema of one file, as data. Nothing is required: another file may supply it through `extends`. */
export function editorSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(descriptionSchema, { io: "input" });
  withoutRequired(schema as SchemaNode);
  const properties = {
    [EXTENDS]: {
      description: "Another file of this folder, without .yaml: this one holds only what differs from it",
      type: "string",
      pattern: "^[a-z][a-z0-9-]*$",
    },
    ...(schema.properties as Record<string, SchemaNode>),
  };
  for (const key of MAY_BE_NONE) {
    const { description, ...wanted } = (properties as Record<string, SchemaNode>)[key] ?? {};
    Object.assign(properties, {
      [key]: { ...(description && { description }), anyOf: [wanted, { const: NONE }] },
    });
  }
  return { $schema, title: "An environment", ...schema, properties };
}

/** The schema as the text of `environment.schema.json`. */
export function editorSchemaText(): string {
  return `${JSON.stringify(editorSchema(), null, 2)}\n`;
}

/** The keys a map at this path may hold; empty where any name is allowed. */
export function knownKeys(path: readonly (string | number)[]): string[] {
  const nodes = nodesAt(path);
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))];
}

/** What the key at this path is for, in one sentence; undefined where the schema does not say. */
export function purposeOf(path: readonly (string | number)[]): string | undefined {
  return nodesAt(path).find((node) => node.description)?.description;
}

/** True where the value at this path carries a unit. */
export function carriesUnit(path: readonly (string | number)[]): boolean {
  return nodesAt(path).some((node) => node.unit !== undefined);
}

function nodesAt(path: readonly (string | number)[]): SchemaNode[] {
  generated ??= editorSchema() as SchemaNode;
  let nodes: SchemaNode[] = [generated];
  for (const step of path) {
    nodes = nodes.flatMap((node) => {
      const below = typeof step === "number" ? node.items : propertyOf(node, step);
      return below ? [below, ...(below.anyOf ?? [])] : [];
    });
  }
  return nodes;
}

function propertyOf(node: SchemaNode, key: string): SchemaNode | undefined {
  if (node.properties && Object.hasOwn(node.properties, key)) return node.properties[key];
  return typeof node.additionalProperties === "object" ? node.additionalProperties : undefined;
}

function withoutRequired(node: SchemaNode): void {
  delete node.required;
  for (const below of Object.values(node.properties ?? {})) withoutRequired(below);
  // Lists are never merged: an item must be whole, so what `items` requires stays.
  if (typeof node.additionalProperties === "object") withoutRequired(node.additionalProperties);
}
