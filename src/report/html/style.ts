/** Looks of the page: dark and light as the reader's system is, and fit for paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --text: #1f2328; --quiet: #59636e; --line: #d1d9e0; --code: #f2f4f7; --link: #0550ae;
  --mark: #fff1a8; --mark-line: #9a6700; --add: #dafbe1; --cut: #ffebe9;
  --critical: #a40e26; --high: #bc4c00; --medium: #7d4e00; --low: #0550ae; --info: #59636e; --pass: #116329;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0d1117; --text: #e6edf3; --quiet: #9da7b1; --line: #3d444d; --code: #161b22; --link: #79c0ff;
    --mark: #5a4500; --mark-line: #e3b341; --add: #12361f; --cut: #4b1113;
    --critical: #ff7b72; --high: #ffa657; --medium: #e3b341; --low: #79c0ff; --info: #9da7b1; --pass: #56d364;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { max-width: 70rem; margin: 0 auto; padding: 1rem; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
h1 { font-size: 1.5rem; line-height: 1.3; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { display: inline; font-size: 1rem; }
code, pre, svg { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 12px; }
code { background: var(--code); padding: .1em .3em; border-radius: 4px; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: .5rem; overflow-x: auto; overflow-wrap: normal; line-height: 1.5; }
.fail { color: var(--critical); }
.undecided { color: var(--medium); }
.pass { color: var(--pass); }
.severity { display: inline-block; padding: 0 .5em; border: 2px solid; border-radius: 1em; font-size: .75rem; }
.critical { color: var(--critical); }
.high { color: var(--high); }
.medium { color: var(--medium); }
.low { color: var(--low); }
.info { color: var(--info); }
article { margin: .75rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 8px; }
article:target { border-color: var(--link); }
summary { cursor: pointer; }
.message { font-size: 1.05rem; }
.proof, .more, .place, footer { color: var(--quiet); }
.line::before { content: attr(data-line); display: inline-block; width: 4em; padding-right: 1em; text-align: right; color: var(--quiet); user-select: none; }
mark { background: var(--mark); color: inherit; border-bottom: 2px solid var(--mark-line); }
mark:empty { border-left: 2px solid var(--mark-line); }
.diff > * { display: block; text-decoration: none; }
.file { font-weight: bold; }
.hunk { color: var(--low); }
ins { background: var(--add); }
del { background: var(--cut); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; margin: .5rem 0 0; font-size: .875rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
#filters { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; padding: .5rem; background: var(--back); border: 1px solid var(--line); border-radius: 8px; }
fieldset { display: flex; flex-wrap: wrap; gap: 0 .75rem; margin: 0; padding: .25rem .5rem; border: 1px solid var(--line); border-radius: 6px; }
#filters > label { display: grid; font-size: .875rem; }
input, button { font: inherit; }
@media (min-width: 50rem) and (min-height: 40rem) { #filters { position: sticky; top: 0; } article { scroll-margin-top: 8rem; } }
.picture { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
.picture rect { fill: var(--code); stroke: var(--quiet); }
.picture .blocking rect { stroke: currentColor; stroke-width: 3; }
.picture a { color: inherit; }
.picture text { fill: var(--text); }
.picture .note { fill: var(--quiet); font-size: 11px; }
.picture .blocking .note { fill: currentColor; }
.arrow { fill: none; stroke: var(--quiet); stroke-width: 1.5; }
.tip { fill: var(--quiet); }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { padding: .25rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { overflow-wrap: normal; }
@media print { #filters { display: none !important; } article { break-inside: avoid; } }
`;
