// Shares a limited room among sections: whole items only, the important first, and what is left out is counted. Pure.
import { sizeOf } from "./markdown-safe.ts";

export interface Item {
  /** A whole block: what is opened in it is closed in it. */
  text: string;
  /** A short form for where the whole does not fit. */
  brief?: string;
  /** How many things it tells; 1 where left out. */
  count?: number;
}

export interface Section {
  /** What its items are, for the count of those left out: `updates`. */
  what: string;
  /** The block that it is part of, such as an environment. */
  group?: string;
  /** Line above the items; none where it is empty. */
  title: string;
  items: Item[];
}

export interface Fitted {
  section: Section;
  texts: string[];
  /** Things that are not told. */
  left: number;
  /** Items that are told in their short form. */
  shortened: number;
}

// Room for the blank lines around a block, and for the line that says how many are left out.
const AROUND = 2;
const MORE = 80;

/**
 * What of each section is told within `room` bytes; sections in the order of their importance. First each gets no more than its
 * share, so that a long one leaves the others something; then what is over goes to the first that still want it.
 */
export function fit(
  sections: readonly Section[],
  room: number,
  groupSize: (group: string) => number,
): Fitted[] {
  const fitted = sections.map((section) => ({ section, texts: [] as string[], left: 0, shortened: 0 }));
  const open = new Set<string>();
  let remaining = room;
  const opening = ({ section, texts }: Fitted): number => {
    const group = section.group === undefined || open.has(section.group) ? 0 : groupSize(section.group);
    return texts.length > 0 ? 0 : group + sizeOf(section.title) + 2 * AROUND + MORE;
  };
  const take = (one: Fitted, most: number, brief: boolean): void => {
    let left = Math.min(most, remaining);
    for (const item of one.section.items.slice(one.texts.length)) {
      const forms = [item.text, ...(brief && item.brief !== undefined ? [item.brief] : [])];
      const at = forms.findIndex((form) => opening(one) + sizeOf(form) + AROUND <= left);
      if (at < 0) return;
      const form = forms[at] ?? "";
      const cost = opening(one) + sizeOf(form) + AROUND;
      if (one.section.group !== undefined) open.add(one.section.group);
      one.texts.push(form);
      one.shortened += at;
      left -= cost;
      remaining -= cost;
    }
  };
  for (const [index, one] of fitted.entries()) take(one, remaining / (fitted.length - index), false);
  for (const one of fitted) take(one, remaining, true);
  for (const one of fitted)
    one.left = one.section.items.slice(one.texts.length).reduce((sum, { count = 1 }) => sum + count, 0);
  return fitted;
}

/** A section as blocks; none where none of it is told. */
export function sectionBlocks({ section, texts, left }: Fitted): string[] {
  if (texts.length === 0) return [];
  const listed = texts.every((text) => text.startsWith("- "));
  const more = left > 0 ? [`and ${left} more ${section.what}, left out here`] : [];
  return [...(section.title === "" ? [] : [section.title]), texts.join(listed ? "\n" : "\n\n"), ...more];
}

/** `12 updates, 4000 creates`: what is left out of all sections, and what is shortened; empty where all is told. */
export function leftOut(fitted: readonly Fitted[]): string {
  const sums = new Map<string, number>();
  for (const { section, left, shortened } of fitted) {
    if (left > 0) sums.set(section.what, (sums.get(section.what) ?? 0) + left);
    if (shortened > 0)
      sums.set(`${section.what} in detail`, (sums.get(`${section.what} in detail`) ?? 0) + shortened);
  }
  return [...sums].map(([what, count]) => `${count} ${what}`).join(", ");
}
