// Reads policy documents of the cloud's access management: text or object in, statements or the reason against it out.
import { isObject, objects, texts, unjudgeable } from "./rule.ts";
import type { Inputs } from "./rule.ts";

export interface Statement {
  index: number;
  allows: boolean;
  actions: string[];
  /** Allows all but these, where the statement is written that way round. */
  notActions: string[] | undefined;
  resources: string[];
  /** Who: `AWS`, `Federated`, `Service` or `*` to names. */
  principals: Record<string, string[]>;
  /** Operator, key and values of each condition. */
  conditions: { operator: string; key: string; values: string[] }[];
}

export type Read = { known: true; statements: Statement[] } | { known: false; unreadable: boolean };

/** The statements of a document. Text that is no JSON is told as unreadable: it cannot pass for harmless. */
export function readDocument(document: unknown): Read {
  if (unjudgeable(document)) return { known: false, unreadable: false };
  const parsed = typeof document === "string" ? parse(document) : document;
  if (!isObject(parsed)) return { known: false, unreadable: true };
  return { known: true, statements: objects(parsed["Statement"] ?? []).map(statement) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function statement(one: Inputs, index: number): Statement {
  return {
    index,
    allows: one["Effect"] === "Allow",
    actions: texts(one["Action"]),
    notActions: one["NotAction"] === undefined ? undefined : texts(one["NotAction"]),
    resources: [...texts(one["Resource"]), ...(one["NotResource"] === undefined ? [] : ["*"])],
    principals: principals(one),
    conditions: conditions(one["Condition"]),
  };
}

function principals(one: Inputs): Record<string, string[]> {
  const named = one["Principal"];
  if (one["NotPrincipal"] !== undefined) return { "*": ["*"] };
  if (!isObject(named)) return named === undefined ? {} : { "*": texts(named) };
  return Object.fromEntries(Object.entries(named).map(([kind, names]) => [kind, texts(names)]));
}

function conditions(value: unknown): Statement["conditions"] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => ({
      operator,
      key,
      values: texts(values),
    })),
  );
}
