// The formats of a preview, each made from the same document.
import type { ChangePreview } from "./document.ts";
import { htmlOf } from "./html.ts";
import { markdownOf, SUMMARY_LIMIT } from "./markdown.ts";
import { overviewText } from "./overview.ts";

export const formats = ["text", "json", "markdown", "html"] as const;
export type Format = (typeof formats)[number];

/** The document as a text that ends with a line break. */
export function formatted(preview: ChangePreview, format: Format): string {
  switch (format) {
    case "text":
      return overviewText(preview)
        .map((line) => `${line}\n`)
        .join("");
    case "json":
      return `${JSON.stringify(preview, null, 2)}\n`;
    case "markdown":
      // As large as a step's summary may be: a comment is made by who posts it.
      return markdownOf(preview, { limit: SUMMARY_LIMIT });
    case "html":
      return htmlOf(preview);
  }
}
