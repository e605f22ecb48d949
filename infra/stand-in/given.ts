// What a stand-in keeps of the inputs among the outputs: only those are compared with what is wanted next.
import { isDeepStrictEqual } from "node:util";

export type Inputs = Record<string, any>;

const list = "__given";

/** Outputs that hold these inputs, and which of them were inputs; `computed` stands behind them. */
export function outputsOf(inputs: Inputs, computed: Inputs = {}): Inputs {
  return { ...computed, ...inputs, [list]: Object.keys(inputs) };
}

/** The inputs that outputs were made of; those of an adopted resource hold nothing else. */
export function inputsOf(outputs: Inputs): Inputs {
  const keys = (outputs[list] as string[] | undefined) ?? Object.keys(outputs);
  return Object.fromEntries(
    keys.filter((key) => !key.startsWith("__") && key in outputs).map((key) => [key, outputs[key]]),
  );
}

/** Names of the inputs that differ from what is wanted. */
export function changedKeys(outputs: Inputs, news: Inputs): string[] {
  const olds = outputs[list] === undefined ? {} : inputsOf(outputs);
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...keys].filter((key) => !key.startsWith("__") && !isDeepStrictEqual(outputs[key], news[key]));
}
