// Makes a text one word of a shell, whatever a person typed.

/** Quoted unless it is harmless. */
export function quoted(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
