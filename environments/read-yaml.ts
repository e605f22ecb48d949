// Turns YAML text into a located tree, with limits that hostile text cannot pass.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Node, Pair, YAMLMap } from "yaml";
import { pathText } from "./complaint.ts";
import type { Complaint, Path, Spot } from "./complaint.ts";
import type { Located } from "./located.ts";

export interface ReadYaml {
  tree: Located;
  /** False: the text is not YAML, so looking for more mistakes in it would only mislead. */
  sound: boolean;
  complaints: Complaint[];
}

// Aliases are counted as often as they are used: nine levels of nine aliases stop here.
const MAX_VALUES = 20_000;
const MAX_DEPTH = 32;
// Names that mean something to JavaScript objects: none of them is worth the doubt.
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);

class TooMuch extends Error {}

/** Reads one YAML document. Never throws: what cannot be read comes back as complaints. */
export function readYaml(text: string, file: string): ReadYaml {
  const start = { file, line: 1, column: 1 };
  const tree: Located = { key: start, spot: start, value: new Map() };
  const complaints: Complaint[] = [];
  try {
    const lines = new LineCounter();
    const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false, schema: "core" } as const;
    const document = parseDocument(text, { ...options, logLevel: "error" });
    const spot = (offset: number): Spot => {
      const { line, col } = lines.linePos(offset);
      return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
    };
    for (const problem of [...document.errors, ...document.warnings].slice(0, 1000)) {
      const message = problem.message.replaceAll(/\s+/g, " ").slice(0, 300);
      complaints.push({ ...spot(problem.pos[0]), path: "", rule: "yaml-syntax", message });
    }
    if (complaints.length > 0) return { tree, sound: false, complaints };
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null))
      return { tree, sound: true, complaints };
    const walk = new Walk(spot, complaints);
    return { tree: { ...walk.node(contents, [], start, 0), key: start }, sound: true, complaints };
  } catch (error) {
    // The parser and the walk recurse: a RangeError is text nested beyond the stack.
    const message =
      error instanceof TooMuch ? error.message : "cannot be read: nested too deeply or malformed";
    return {
      tree,
      sound: false,
      complaints: [...complaints, { ...start, path: "", rule: "too-much", message }],
    };
  }
}

/** Walks parsed nodes in the order of the text, so that each alias finds the anchor before it. */
class Walk {
  readonly spot: (offset: number) => Spot;
  readonly complaints: Complaint[];
  readonly anchors = new Map<string, Node>();
  values = 0;

  constructor(spot: (offset: number) => Spot, complaints: Complaint[]) {
    this.spot = spot;
    this.complaints = complaints;
  }

  node(node: Node | null, path: Path, key: Spot, depth: number): Located {
    if (++this.values > MAX_VALUES)
      throw new TooMuch(`holds more than ${MAX_VALUES} values, aliases counted`);
    if (depth > MAX_DEPTH) throw new TooMuch(`is nested deeper than ${MAX_DEPTH} levels`);
    const spot = node?.range ? this.spot(node.range[0]) : key;
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (target) return { ...this.node(target, path, key, depth + 1), spot };
      this.complain(spot, path, "unknown-alias", `no anchor "&${node.source}" stands before this alias`);
      return { key, spot, value: null };
    }
    if (node && "anchor" in node && node.anchor) this.anchors.set(node.anchor, node);
    if (isMap(node)) return { key, spot, value: this.map(node, path, spot, depth) };
    if (isSeq(node)) return { key, spot, value: this.list(node.items as Node[], path, depth) };
    const value = isScalar(node) ? node.value : null;
    if (
      typeof value === "string" ||
      typeof value === "number" ||
      typeof value === "boolean" ||
      value === null
    ) {
      return { key, spot, value };
    }
    this.complain(spot, path, "wrong-value", "only text, numbers, true and false can be used here");
    return { key, spot, value: null };
  }

  list(items: readonly Node[], path: Path, depth: number): Located[] {
    return items.map((item, index) => {
      const key = item.range ? this.spot(item.range[0]) : this.spot(0);
      return this.node(item, [...path, index], key, depth + 1);
    });
  }

  map(map: YAMLMap, path: Path, owner: Spot, depth: number): Map<string, Located> {
    const value = new Map<string, Located>();
    for (const pair of map.items as Pair<Node | null, Node | null>[]) {
      const spot = pair.key?.range ? this.spot(pair.key.range[0]) : owner;
      if (!isScalar(pair.key) || typeof pair.key.value === "object") {
        this.complain(spot, path, "wrong-key", "a key must be plain text");
        continue;
      }
      if (pair.key.anchor) this.anchors.set(pair.key.anchor, pair.key);
      const key = String(pair.key.value);
      const here = [...path, key];
      const child = this.node(pair.value, here, spot, depth + 1);
      if (RESERVED.has(key)) this.complain(spot, here, "reserved-key", "this key is not allowed");
      else if (value.has(key)) this.complain(spot, here, "duplicate-key", this.twice(value.get(key)));
      else value.set(key, child);
    }
    return value;
  }

  twice(first: Located | undefined): string {
    return `this key stands here twice; the first is in line ${first?.key.line ?? 1}`;
  }

  complain(spot: Spot, path: Path, rule: string, message: string): void {
    this.complaints.push({ ...spot, path: pathText(path), rule, message });
  }
}
