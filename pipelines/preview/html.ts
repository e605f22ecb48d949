// The preview of a change as one page that stands alone: no script, nothing loaded, every text escaped, good on paper too.
import { isFailed } from "./document.ts";
import type { ChangePreview, One } from "./document.ts";
import { environmentHtml } from "./html-environment.ts";
import { escaped, tag } from "./html-text.ts";
import { contentPolicy, style } from "./html-style.ts";
import { headline, titleText, verdictOf } from "./overview.ts";

/** A whole HTML document. */
export function htmlOf(preview: ChangePreview): string {
  const { environments, skipped, remarks = [] } = preview;
  const verdict = verdictOf(preview);
  const title = escaped(titleText(preview));
  const rows = environments.map(
    (one) =>
      `<li class="${one.verdict}"><a href="#${anchor(one.environment)}">${escaped(headline(one))}</a>` +
      `${one.offline ? ` ${tag("offline", "note")}` : ""}</li>`,
  );
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="color-scheme" content="light dark">',
    `<title>Surefoot: ${verdict}</title>`,
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    `<h1>${title}: ${tag(verdict, verdict)}</h1>`,
    `<ul class="summary">${rows.join("")}</ul>`,
    ...skipped.map(
      ({ environment, why }) =>
        `<p class="skipped">skipped <b>${escaped(environment)}</b>: ${escaped(why)}</p>`,
    ),
    ...remarks.map((remark) => `<p class="remark">${escaped(remark)}</p>`),
    ...environments.map(
      (one) =>
        `<details id="${anchor(one.environment)}" class="${one.verdict}"${isOpen(one) ? " open" : ""}>` +
        `<summary>${escaped(headline(one))}</summary>${environmentHtml(one)}</details>`,
    ),
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** What asks for attention is open; a clean one need not be. */
const isOpen = (one: One): boolean => isFailed(one) || one.verdict !== "clean" || one.pins.length > 0;

// No name has a "_": `local/prod` and `local-prod` keep apart.
const anchor = (environment: string): string => `stack-${environment.replaceAll(/[^a-z0-9-]/g, "_")}`;
