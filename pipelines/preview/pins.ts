// Which services would run another release: what git says now against what it said at the base of the change. Pure.
import { z } from "zod";
import type { PinChange } from "./document.ts";

const pinsSchema = z.record(
  z.string(),
  z.looseObject({ current: z.looseObject({ id: z.string() }).nullable() }),
);

export type ReadPins = z.infer<typeof pinsSchema>;

/** The pins that a text holds, such as a file of an older commit; undefined where it cannot be read as such. */
export function parsePins(text: string): ReadPins | undefined {
  try {
    return pinsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Services whose pin differs, by name. The same release with another config is another one. */
export function pinChanges(before: ReadPins, after: ReadPins): PinChange[] {
  const idOf = (pins: ReadPins, service: string): string | null =>
    (Object.hasOwn(pins, service) ? pins[service] : undefined)?.current?.id ?? null;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .toSorted()
    .map((service) => ({ service, from: idOf(before, service), to: idOf(after, service) }))
    .filter(({ from, to }) => from !== to);
}
