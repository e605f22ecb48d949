// What an answer must look like, and how that is said to a person.

/** The name of a domain. */
export const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;

/** Complains about each answer that does not match. `what`: what to write, such as "a value". */
export function matching(pattern: RegExp, what: string): (answer: string) => string | undefined {
  return (answer) => (pattern.test(answer) ? undefined : `Write ${what}.`);
}
