// Reads a description together with the files it extends, and lays them over each other.
import { pathText } from "./complaint.ts";
import type { Complaint, Spot } from "./complaint.ts";
import { fileLabel, readDescription } from "./folder.ts";
import { at, merge, spotOf } from "./located.ts";
import type { Located } from "./located.ts";
import { isFileName } from "./name.ts";
import { readYaml } from "./read-yaml.ts";
import { EXTENDS } from "./shape.ts";

export interface Inherited {
  tree: Located;
  /** False: some text is not YAML or not there, so the merged tree says nothing about its keys. */
  sound: boolean;
  complaints: Complaint[];
}

/** Reads `<name>.yaml`, then what it extends, and so on; nearer files win. Never throws for bad content. */
export function readInherited(folder: string, name: string): Inherited {
  return readOver(folder, name, [], { file: fileLabel(folder, name), line: 1, column: 1 }, "");
}

function readOver(folder: string, name: string, below: string[], asked: Spot, path: string): Inherited {
  const nothing = { tree: { key: asked, spot: asked, value: new Map<string, Located>() }, sound: false };
  const refuse = (rule: string, message: string) => ({
    ...nothing,
    complaints: [{ ...asked, path, rule, message }],
  });
  if (below.includes(name))
    return refuse("extends-cycle", `goes in a circle: ${[...below, name].join(" -> ")}`);
  const file = readDescription(folder, name);
  if (!file.ok) return refuse(file.rule, file.message);
  const own = readYaml(file.text, fileLabel(folder, name));
  if (!own.sound) return own;
  if (!(own.tree.value instanceof Map)) {
    const complaint = {
      ...own.tree.spot,
      path: "",
      rule: "wrong-value",
      message: "the file must hold keys and values",
    };
    return { ...nothing, complaints: [...own.complaints, complaint] };
  }
  const parent = at(own.tree, [EXTENDS]);
  own.tree.value.delete(EXTENDS);
  if (parent === undefined) return own;
  const spot = parent.value === null ? parent.key : spotOf(parent, []);
  if (typeof parent.value !== "string" || !isFileName(parent.value)) {
    const message = "must be the name of one file in this folder, without .yaml";
    const complaint = { ...spot, path: pathText([EXTENDS]), rule: "wrong-value", message };
    return { ...own, sound: false, complaints: [...own.complaints, complaint] };
  }
  const inherited = readOver(folder, parent.value, [...below, name], spot, EXTENDS);
  return {
    tree: merge(inherited.tree, own.tree),
    sound: inherited.sound,
    complaints: [...own.complaints, ...inherited.complaints],
  };
}
