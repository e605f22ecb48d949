// Makes text from anywhere safe to print: it cannot move the cursor, hide, recolour or reverse what people read. Pure.

/** Control, format (zero width, right-to-left) and separator characters and half surrogates, written as \u{..}. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
