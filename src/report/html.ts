/** The report as one page that needs nothing else: no network, no other file, and to be read no script. */
import { createHash } from 'node:crypto';
import { keyOf } from '../domain/resource.ts';
import { SEVERITIES } from '../domain/severity.ts';
import { codeLink, html, sentence } from './encode/html.ts';
import type { Html } from './encode/html.ts';
import { blockingGraph } from './graph.ts';
import { findingArticle } from './html/finding.ts';
import type { ShownChanges } from './html/finding.ts';
import { picture } from './html/picture.ts';
import { SCRIPT } from './html/script.ts';
import { STYLE } from './html/style.ts';
import type { Report, ReportedFinding, ResourceReport } from './report.ts';
import { compareText, sectionsOf } from './report.ts';
import { settling } from './settling.ts';
import type { Note } from './unjudged.ts';
import { placeOf, unjudged, unresolved, unresolvedWords, warnings } from './unjudged.ts';
import {
  auditedWords,
  besideWords,
  countBySeverity,
  notComparedWords,
  outcomeWords,
  severityWords,
  silenceWords,
  tallies,
  waitingWords,
} from './words.ts';

/** What a browser can take, and somebody could look at. */
const FINDINGS = 2000;
const ROWS = 2000;
const NODES = 60;

/** The page may do what is in it and nothing else: load from nowhere, send nowhere, be part of nothing. */
const POLICY = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * Verdict and counts first, what could not be judged, a picture of what depends on what blocks, the findings that are new or
 * block worst first, in a row each those that are silenced and those that were there before, all resources.
 */
export function renderHtml(report: Report): string {
  const { tool, verdict } = report;
  const [reason = '', ...others] = verdict.reasons;
  const elsewhere = unresolved(report).map((note) => ({ ...note, message: `${note.message} (${unresolvedWords(note)})` }));
  const title = html`${VERDICTS[verdict.outcome]}: ${reason} · ${tool.name}`;
  const body = html`<a class="skip" href="#findings">Skip to the findings</a>
<header>
<h1><span class="${verdict.outcome}">${VERDICTS[verdict.outcome]}</span>: ${sentence(reason)}</h1>
${list(others.map((each) => html`${sentence(each)}`))}${counts(report)}</header>
<main>
${notes('Could not be judged', unjudged(report), report)}${notes('Not in this repository', elsewhere, report)}${notes('Warnings', warnings(report), report)}${toSettle(report)}${findings(report)}${tables(report)}${resources(report)}${files(report)}</main>
<footer><p>${tool.name} ${tool.version}</p></footer>`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title.text}</title>
<style>${STYLE}</style>
</head>
<body>
${body.text}
${report.resources.some((resource) => resource.findings.length > 0) ? `<script>${SCRIPT}</script>\n` : ''}</body>
</html>
`;
}

const VERDICTS = { pass: 'Pass', fail: 'Fail', undecided: 'Undecided' } as const satisfies Record<Report['verdict']['outcome'], string>;

function counts(report: Report): Html {
  const found = tallies(report).map(({ kind, count, severities, undecided }) => {
    const list = severities.map(([severity, number]) => html`<b class="severity ${severity.toLowerCase()}">${number} ${severity}</b> `);
    const words = html`${list}${undecided === 0 ? '' : `(${undecided} undecided)`}`;
    if (kind === null) return count === 0 ? html`no findings` : words;
    return html`<b>${count} ${kind}</b>${count === 0 ? html`` : html`: ${words}`}`;
  });
  const beside = besideWords(report).map((words) => html` · ${words}`);
  const { resources: audited, notCovered, threshold, block } = report;
  const uncovered = notCovered.length === 0 ? '' : `, ${notCovered.length} not covered by any rule`;
  const notCompared = notComparedWords(report);
  const waiting = waitingWords(report);
  return html`<p>${found.map((each, index) => html`${index === 0 ? '' : ' · '}${each}`)}${beside} · ${auditedWords(report)}${audited.length === 0 ? '' : ` (${outcomeWords(report)})`}${uncovered}</p>
<p>${thresholdWords(threshold, block)}</p>
${notCompared === null ? html`` : html`<p>${sentence(notCompared)}</p>\n`}${waiting === null ? html`` : html`<p class="undecided">${waiting}</p>\n`}`;
}

function thresholdWords(threshold: Report['threshold'], block: Report['block']): string {
  if (threshold === 'none') return 'Findings never block here.';
  const which = block === 'new' ? 'New findings' : 'Findings';
  return threshold === 'CRITICAL'
    ? `${block === 'new' ? 'New ' : ''}CRITICAL findings block.`
    : `${which} of severity ${threshold} or worse block.`;
}

/** What would settle what is undecided. */
function toSettle(report: Report): Html {
  const { current, before } = sectionsOf(report);
  const sentences = settling([...current, ...before]);
  return sentences.length === 0
    ? html``
    : html`<section>
<h2>To settle what is undecided</h2>
${list(sentences.map((each) => html`${sentence(each)}`))}</section>
`;
}

function notes(title: string, all: readonly Note[], { links }: Report): Html {
  if (all.length === 0) return html``;
  const items = all.map((note) => {
    const place = placeOf(note);
    const line = note.line ?? 1;
    const url = links === null || note.file === null ? null : links(note.file, line, note.endLine ?? line);
    return html`${place === null ? html`` : html`${codeLink(place, url)}: `}${sentence(note.message)}`;
  });
  return html`<section>
<h2>${title}</h2>
${list(items)}</section>
`;
}

function list(items: readonly Html[]): Html {
  return items.length === 0
    ? html``
    : html`<ul>
${items.slice(0, ROWS).map((item) => html`<li>${item}</li>\n`)}</ul>
${moreOf(items.length - ROWS)}`;
}

function moreOf(more: number): Html {
  return more <= 0 ? html`` : html`<p class="more">${more} more: the JSON report has them all.</p>\n`;
}

function findings(report: Report): Html {
  const { current: all, before, silenced } = sectionsOf(report);
  if (all.length + before.length + silenced.length === 0)
    return html`<section id="findings">
<h2>Findings</h2>
<p>Nothing left to fix.</p>
</section>
`;
  const listed = all.slice(0, FINDINGS);
  const anchors = new Map<string, string>();
  for (const [index, { resource }] of listed.entries()) {
    const key = keyOf(resource);
    if (!anchors.has(key)) anchors.set(key, `f${index + 1}`);
  }
  const shown: ShownChanges = new Map();
  const graph = blockingGraph(report, NODES);
  const filtered = [...listed, ...silenced.slice(0, ROWS), ...before.slice(0, ROWS)];
  return html`${
    graph === null
      ? html``
      : html`<section>
<h2>What depends on what blocks</h2>
${picture(graph, anchors)}</section>
`
  }<section id="findings">
<h2>Findings</h2>
${filters(filtered)}${all.length === 0 ? html`<p>Nothing new, and nothing that blocks.</p>\n` : html``}${listed.map((each, index) => findingArticle(each, `f${index + 1}`, report, shown))}${moreOf(all.length - FINDINGS)}</section>
`;
}

/** Findings that are told in a row each. */
function tables(report: Report): Html {
  const { before, silenced } = sectionsOf(report);
  const row = (each: ReportedFinding, last: Html): Html => {
    const { ruleId, severity, address, span } = each.finding;
    const { file, start, end } = span;
    const place = codeLink(`${file}:${start.line}`, report.links === null ? null : report.links(file, start.line, end.line));
    return html`<tr data-severity="${severity}" data-resource="${address}" data-file="${file}"><td class="${severity.toLowerCase()}">${severityWords(each)}</td><td><code>${address}</code></td><td>${sentence(report.rules.get(ruleId)?.title ?? ruleId)}</td><td>${place}</td>${last}</tr>\n`;
  };
  const section = (title: string, all: readonly ReportedFinding[], column: string | null, last: (each: ReportedFinding) => Html): Html =>
    all.length === 0
      ? html``
      : html`<section>
<h2>${title}</h2>
<table>
<thead><tr><th scope="col">Severity</th><th scope="col">Resource</th><th scope="col">Requirement</th><th scope="col">Place</th>${column === null ? html`` : html`<th scope="col">${column}</th>`}</tr></thead>
<tbody>
${all.slice(0, ROWS).map((each) => row(each, last(each)))}</tbody>
</table>
${moreOf(all.length - ROWS)}</section>
`;
  const silence = ({ finding: { standing } }: ReportedFinding): Html =>
    html`<td>${standing.silence === null ? html`` : sentence(silenceWords(standing.silence))}</td>`;
  return html`${section('Silenced', silenced, 'Silenced by', silence)}${section('Already there', before, null, () => html``)}`;
}

/** Hidden until the script, which makes them work, shows them. */
function filters(listed: readonly ReportedFinding[]): Html {
  const boxes = countBySeverity(listed).map(
    ([severity, count]) => html`<label><input type="checkbox" value="${severity}" checked> ${severity} (${count})</label>\n`,
  );
  const choices = (id: string, names: readonly string[]): Html =>
    html`<datalist id="${id}">${[...new Set(names)].toSorted(compareText).map((name) => html`<option value="${name}"></option>`)}</datalist>\n`;
  return html`<search id="filters" aria-label="Filter the findings" hidden>
<fieldset><legend>Severity</legend>
${boxes}</fieldset>
<label>Resource <input type="search" id="resource" list="resources" autocomplete="off"></label>
<label>File <input type="search" id="file" list="files" autocomplete="off"></label>
<button type="button" id="reset">Show all</button>
<button type="button" id="open">Open</button>
<button type="button" id="close">Close</button>
<output id="shown" aria-live="polite"></output>
${choices(
  'resources',
  listed.map(({ finding }) => finding.address),
)}${choices(
    'files',
    listed.map(({ finding }) => finding.span.file),
  )}</search>
`;
}

function resources(report: Report): Html {
  if (report.resources.length === 0) return html``;
  const rank = (outcome: ResourceReport['outcome']): number => ['fail', 'undecided', 'pass'].indexOf(outcome);
  const ordered = report.resources.toSorted(
    (a, b) => rank(a.outcome) - rank(b.outcome) || compareText(a.file, b.file) || a.startLine - b.startLine,
  );
  const rows = ordered.slice(0, ROWS).map(({ outcome, address, type, file, startLine, endLine, findings: own }) => {
    const place = codeLink(`${file}:${startLine}`, report.links === null ? null : report.links(file, startLine, endLine));
    return html`<tr><td class="${outcome}">${outcome}</td><td><code>${address}</code></td><td><code>${type}</code></td><td>${place}</td><td>${worstWords(own)}</td></tr>\n`;
  });
  return html`<section>
<h2>Resources</h2>
<table>
<thead><tr><th scope="col">Outcome</th><th scope="col">Resource</th><th scope="col">Type</th><th scope="col">Place</th><th scope="col">Findings</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
${moreOf(ordered.length - ROWS)}</section>
`;
}

function worstWords(own: ResourceReport['findings']): string {
  return SEVERITIES.flatMap((severity) => {
    const count = own.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  }).join(', ');
}

function files({ coverage, notCovered }: Report): Html {
  const { scanned, failed, ignored } = coverage;
  const named = (title: string, all: readonly { path: string; reason: string }[]): Html =>
    all.length === 0
      ? html``
      : html`<h3>${title}</h3>
${list(all.map(({ path, reason }) => html`<code>${path}</code>: ${sentence(reason)}`))}`;
  return html`<section>
<h2>Files</h2>
<p>${scanned.length} scanned, ${failed.length} failed, ${ignored.length} ignored</p>
${named('Failed', failed)}${named('Ignored', ignored)}${
    notCovered.length === 0
      ? html``
      : html`<h3>Resources that no rule looks at</h3>
${list(notCovered.map(({ address, type, file }) => html`<code>${address}</code> (<code>${type}</code>) in <code>${file}</code>`))}`
  }</section>
`;
}
