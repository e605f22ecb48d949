// Reads Markdown as GitHub does, as far as our own goes: blocks of code, code spans, folded parts; tells what is left outside of code.

interface Read {
  /** Everything that is not code. */
  outside: string;
  /** No block of code and no folded part is left open. */
  whole: boolean;
}

/** By the rules of CommonMark: a fence is closed by one at least as long, a code span by a run of the same length. */
export function read(markdown: string): Read {
  const outside: string[] = [];
  let fence = "";
  let folded = 0;
  let whole = true;
  for (const line of markdown.split("\n")) {
    const [, run = "", info = ""] = /^ {0,3}(`{3,})(.*)$/.exec(line) ?? [];
    if (fence !== "") {
      if (run.length >= fence.length && info.trim() === "") fence = "";
    } else if (run !== "" && !info.includes("`")) fence = run;
    else {
      const rest = withoutSpans(line);
      outside.push(rest);
      folded += (rest.match(/<details>/g) ?? []).length - (rest.match(/<\/details>/g) ?? []).length;
      whole &&= folded === 0 || folded === 1;
    }
  }
  return { outside: outside.join("\n"), whole: whole && fence === "" && folded === 0 };
}

export const isWhole = (markdown: string): boolean => read(markdown).whole;

function withoutSpans(line: string): string {
  if (line.startsWith("<summary>")) return line.replace(/<code>[\w .,/&#;-]*<\/code>/g, "");
  let rest = "";
  let at = 0;
  while (at < line.length) {
    const run = /^`+/.exec(line.slice(at))?.[0] ?? "";
    const end = run === "" ? -1 : closing(line, at + run.length, run.length);
    if (end >= 0) at = end;
    else {
      rest += run === "" ? line.charAt(at) : run;
      at += Math.max(1, run.length);
    }
  }
  return rest;
}

/** Where the run of this length that closes a span ends; -1: there is none. */
function closing(line: string, from: number, length: number): number {
  for (const found of line.slice(from).matchAll(/`+/g))
    if (found[0].length === length) return from + found.index + length;
  return -1;
}
