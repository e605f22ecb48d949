// Patterns with * for any text, matched in time that a hostile pattern cannot blow up. Pure.

/** True where the whole text is as the pattern says. */
export function matches(pattern: string, text: string): boolean {
  let [at, star, from, read] = [0, -1, 0, 0];
  while (read < text.length) {
    if (pattern[at] === "*") {
      [star, from] = [at, read];
      at += 1;
    } else if (pattern[at] === text[read]) {
      at += 1;
      read += 1;
    } else if (star >= 0) {
      // The last star takes one more.
      from += 1;
      [at, read] = [star + 1, from];
    } else return false;
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}

/** True for the path itself and for all that lies below it: `tags` covers `tags.owner` and `tags[0]`. */
export function covers(pattern: string, path: string): boolean {
  const ends = [...path.matchAll(/[.[]/g)].map(({ index }) => path.slice(0, index));
  return [path, ...ends].some((one) => matches(pattern, one));
}
