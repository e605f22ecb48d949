// Holds requests and answers against GitHub's own OpenAPI description (github-openapi.json, an extract).
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import type { ValidateFunction } from "ajv";
import formats from "ajv-formats";

type Part = { [key: string]: unknown };

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Part;
}

interface Described {
  operationId: string;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { required?: boolean; content: { "application/json": { schema: Part } } };
  responses: Record<string, { $ref?: string; content?: { "application/json"?: { schema: Part } } }>;
}

interface Description {
  paths: Record<string, Record<string, Described>>;
  components: Record<string, Record<string, Part>>;
}

/** Each check gives complaints in words; none: it is as GitHub describes it. */
export interface Operation {
  /** `issues/create-comment` */
  id: string;
  /** From the path: `{ owner: "acme", repo: "game", issue_number: "7" }`. */
  params: Record<string, string>;
  checkQuery: (query: URLSearchParams) => string[];
  checkBody: (body: unknown) => string[];
  checkAnswer: (status: number, body: unknown) => string[];
}

const { paths, components } = JSON.parse(
  readFileSync(new URL("github-openapi.json", import.meta.url), "utf8"),
) as Description;

/** OpenAPI 3.0 as JSON Schema; `strict` refuses fields that GitHub does not name (it would drop them without a word). */
function schemaOf(value: unknown, strict: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => schemaOf(one, strict));
  if (typeof value !== "object" || value === null) return value;
  const { nullable, discriminator: _, ...part } = value as Part;
  const made = Object.fromEntries(
    Object.entries(part).map(([key, inner]) => [
      key,
      key === "$ref" ? String(inner).replace("#/components/", "gh#/components/") : schemaOf(inner, strict),
    ]),
  );
  if (strict && made["type"] === "object" && made["properties"] !== undefined)
    made["additionalProperties"] ??= false;
  return nullable === true ? { anyOf: [made, { type: "null" }] } : made;
}

const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false, validateFormats: true });
formats.default(ajv);
ajv.addSchema({ $id: "gh", components: schemaOf(components, false) as object });
// A query is text: numbers and flags are read from it.
const lenient = new Ajv({ strict: false, coerceTypes: true });
formats.default(lenient);

const compiled = new Map<string, ValidateFunction>();
function check(key: string, schema: unknown, value: unknown, by: Ajv = ajv): string[] {
  const valid = compiled.get(key) ?? by.compile(schema as object);
  compiled.set(key, valid);
  if (valid(value)) return [];
  return (valid.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${key} ${instancePath || "body"} ${message ?? ""} ${JSON.stringify(params)}`,
  );
}

function resolved(parameter: Parameter | { $ref: string }): Parameter {
  if (!("$ref" in parameter)) return parameter;
  return components["parameters"]?.[parameter.$ref.split("/").at(-1) ?? ""] as unknown as Parameter;
}

/** The operation of a request; undefined where Surefoot is not known to use such a one. */
export function operationOf(method: string, path: string): Operation | undefined {
  for (const [template, methods] of Object.entries(paths)) {
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
    const found = new RegExp(`^${template.replace(/\{\w+\}/g, "([^/]+)")}$`).exec(path);
    const described = methods[method.toLowerCase()];
    if (found === null || described === undefined) continue;
    const params = Object.fromEntries(
      names.map((name, at) => [name, decodeURIComponent(found[at + 1] ?? "")]),
    );
    return operation(described, params);
  }
  return undefined;
}

function operation(described: Described, params: Record<string, string>): Operation {
  const { operationId: id, requestBody, responses } = described;
  const parameters = (described.parameters ?? []).map(resolved);
  const checkOne = ({ name, schema }: Parameter, value: string): string[] =>
    check(
      `${id} parameter ${name}`,
      { type: "object", properties: { [name]: schema } },
      { [name]: value },
      lenient,
    );
  const inPath = parameters.filter((one) => one.in === "path");
  return {
    id,
    params,
    checkQuery: (query) => [
      ...inPath.flatMap((one) => checkOne(one, params[one.name] ?? "")),
      ...[...query].flatMap(([name, value]) => {
        const known = parameters.find((one) => one.in === "query" && one.name === name);
        return known === undefined ? [`${id} has no query parameter ${name}`] : checkOne(known, value);
      }),
    ],
    checkBody: (body) => {
      if (requestBody === undefined) return body === undefined ? [] : [`${id} takes no body`];
      if (body === undefined) return requestBody.required === false ? [] : [`${id} wants a body`];
      return check(`${id} request`, schemaOf(requestBody.content["application/json"].schema, true), body);
    },
    checkAnswer: (status, body) => {
      const told = responses[String(status)];
      // Limits and lost permissions are answered everywhere and described nowhere.
      if (told === undefined) return status >= 400 ? [] : [`${id} never answers ${status}`];
      const shared = components["responses"] ?? {};
      const { content } =
        told.$ref === undefined ? told : (shared[told.$ref.split("/").at(-1) ?? ""] as typeof told);
      const schema = content?.["application/json"]?.schema;
      if (schema === undefined) return body === undefined ? [] : [`${id} answers ${status} without a body`];
      return check(`${id} answer ${status}`, schemaOf(schema, false), body);
    },
  };
}
