// The looks of the page, light and dark, on screen and on paper; and the policy that lets nothing else in.
import { createHash } from "node:crypto";

export const style = `
:root { --ink: #1f2328; --soft: #57606a; --paper: #fff; --line: #d0d7de; --red: #b42318; --amber: #8a5a00; --green: #1a7f37; --wash: #f6f8fa; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b3; --paper: #0d1117; --line: #30363d; --red: #ff7b72; --amber: #e3b341; --green: #56d364; --wash: #161b22; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 75rem; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.3rem; } h2 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
a { color: inherit; }
details { border: 1px solid var(--line); border-left-width: 4px; border-radius: 6px; margin: .8rem 0; padding: .4rem .8rem; }
details.failed, details.refused, .ends { border-left-color: var(--red); }
details.changes { border-left-color: var(--amber); } details.clean { border-left-color: var(--green); }
summary { cursor: pointer; font-weight: 600; }
ul.plain { list-style: none; padding: 0; margin: 0; } ul.plain > li { padding: .3rem .6rem; border-left: 3px solid var(--line); margin: .3rem 0; }
li.ends { border-left-color: var(--red) !important; } li.new { border-left-color: var(--green) !important; }
.tag { border: 1px solid currentColor; border-radius: 1em; padding: 0 .55em; font-size: .8rem; white-space: nowrap; } td .tag { white-space: normal; border-radius: .5em; }
.failed.tag, .refused.tag, .ends.tag, .refused b { color: var(--red); } .changes.tag, .note.tag { color: var(--amber); } .clean.tag { color: var(--green); }
.type, .skipped, .remark, .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; table-layout: fixed; } th, td { border: 1px solid var(--line); padding: .2rem .5rem; text-align: left; vertical-align: top; font: 13px/1.4 ui-monospace, monospace; white-space: pre-wrap; }
th { background: var(--wash); font-weight: 600; } th:first-child, td:first-child { width: 30%; }
td.was { color: var(--red); } td.will { color: var(--green); }
@media print { body { max-width: none; padding: 0; } details { break-inside: auto; } details::details-content { content-visibility: visible; block-size: auto; } li, tr { break-inside: avoid; } }
`;

const hash = createHash("sha256").update(style).digest("base64");

/** Nothing is loaded, run or sent: only this style counts. */
export const contentPolicy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
