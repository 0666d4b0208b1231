/** The report of the local command, for a person at a terminal. */
import { blocks } from '../domain/gate.ts';
import { groupBy } from '../domain/group-by.ts';
import type { Finding, RemediationPlan } from '../domain/finding.ts';
import { paint, severityStyle } from './colour.ts';
import type { Paint, Style } from './colour.ts';
import { fileDiffs } from './diff.ts';
import { terminalText } from './encode/terminal.ts';
import { frame, frameLine } from './frame.ts';
import type { Report, ResourceReport } from './report.ts';
import { compareFindings, compareText, worstFirst } from './report.ts';
import { commandLines } from './script.ts';
import type { Note } from './unjudged.ts';
import { placeOf, unjudged, warnings } from './unjudged.ts';
import { SCRIPT_REFUSED, countBySeverity, outcomeWords, proofWords, safetyWords } from './words.ts';

export interface TextOptions {
  readonly colour: boolean;
}

/** Longest list of files, notes or types that the totals show; the JSON report has them all. */
const LIST_LIMIT = 10;

/** Findings resource by resource, worst first; then what could not be judged, totals, and the verdict as the last line. */
export function renderText(report: Report, { colour }: TextOptions): string {
  const on = paint(colour);
  const explained = new Set<string>();
  const resources = report.resources
    .map((resource) => ({ ...resource, findings: resource.findings.toSorted(compareFindings) }))
    .filter(({ findings }) => findings.length > 0)
    .toSorted(byWorst);
  const sections = [
    ...resources.map((resource) => resourceSection(resource, report, explained, on)),
    ...notes(report, on),
    totals(report, on),
    verdictLines(report, on),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function byWorst(a: ResourceReport, b: ResourceReport): number {
  const [first, second] = [a.findings[0], b.findings[0]];
  const order = first === undefined || second === undefined ? 0 : compareFindings(first, second);
  return order || compareText(a.root, b.root) || compareText(a.address, b.address);
}

/** `explained`: rules whose consequence was told already. */
function resourceSection(resource: ResourceReport, report: Report, explained: Set<string>, on: Paint): string[] {
  const { address, path, type, file, startLine, findings, remediationPlan } = resource;
  const closed = new Set(remediationPlan?.proof?.closes);
  const fixable = findings.filter(({ fingerprint }) => closed.has(fingerprint)).length;
  const share = fixable === findings.length ? `all ${fixable}` : `${fixable} of the ${findings.length}`;
  const together = remediationPlan !== null && remediationPlan.edits.length > 0 && fixable > 1;
  const framed = new Set<string>();
  const apart: RemediationPlan[] = [];
  const where = [...(path === null ? [] : [path]), type, `${file}:${startLine}`].join('  ');
  const lines = [`${on('bold', terminalText(address))}  ${on('dim', terminalText(where))}`];
  const [brief, whole] = [findings.filter((finding) => isBrief(finding, report)), findings.filter((finding) => !isBrief(finding, report))];
  for (const finding of whole) {
    lines.push('', ...findingLines(finding, report, explained, framed, on));
    const plan = finding.remediationPlan;
    if (plan === null || (together && closed.has(finding.fingerprint))) continue;
    apart.push(plan);
    lines.push(...planLines(plan, plan.summary, report, on));
  }
  if (brief.length > 0) lines.push('', ...brief.map((finding) => briefLine(finding, on)));
  if (together) lines.push(...planLines(withoutCommands(remediationPlan, apart), `one change for ${share} findings`, report, on));
  return lines;
}

/** The plan without command lines that other plans gave already. */
function withoutCommands(plan: RemediationPlan, others: readonly RemediationPlan[]): RemediationPlan {
  const given = new Set(others.flatMap(({ commands }) => commands.map((command) => JSON.stringify(command))));
  return { ...plan, commands: plan.commands.filter((command) => !given.has(JSON.stringify(command))) };
}

/** Good practice that blocks nothing and has no edit to show: one line; the other formats have all there is to say of it. */
function isBrief({ severity, remediationPlan }: Finding, { threshold }: Report): boolean {
  const minor = severity === 'LOW' || severity === 'INFO';
  return minor && !blocks(severity, threshold) && (remediationPlan === null || remediationPlan.edits.length === 0);
}

function briefLine({ ruleId, severity, outcome, message, span, instances, instanceCount }: Finding, on: Paint): string {
  const level = on(severityStyle(severity), outcome === 'undecided' ? `${severity} undecided` : severity);
  const place = on('cyan', terminalText(`${span.file}:${span.start.line}`));
  const which = instances.length === 0 ? '' : on('dim', terminalText(` (${listed(instances, instanceCount)})`));
  return `  ${level}  ${on('dim', terminalText(ruleId))}  ${place}  ${terminalText(message)}${which}`;
}

/** `framed`: places of this resource whose source was shown already. */
function findingLines(finding: Finding, report: Report, explained: Set<string>, framed: Set<string>, on: Paint): string[] {
  const { ruleId, severity, outcome, message, instances, instanceCount, span } = finding;
  const style = severityStyle(severity);
  const place = `${span.file}:${span.start.line}:${span.start.column}`;
  const key = `${place}-${span.end.offset}`;
  const lines = [
    `  ${on(style, outcome === 'undecided' ? `${severity} undecided` : severity)}  ${on('dim', terminalText(ruleId))}`,
    `  ${terminalText(message)}`,
    ...(instances.length === 0 ? [] : [`  ${on('dim', terminalText(`instances: ${listed(instances, instanceCount)}`))}`]),
    `  ${on('cyan', terminalText(place))}${framed.has(key) ? on('dim', ' (shown above)') : ''}`,
  ];
  const source = framed.has(key) ? undefined : report.source(span.file);
  if (source !== undefined) lines.push(...indented(frame(source, span, on, style)));
  framed.add(key);
  const why = report.rules.get(ruleId)?.why;
  if (severity === 'CRITICAL' && why !== undefined && !explained.has(ruleId)) lines.push(`  ${on('bold', 'why')}  ${terminalText(why)}`);
  explained.add(ruleId);
  return lines;
}

function planLines(plan: RemediationPlan, heading: string, report: Report, on: Paint): string[] {
  const safety = plan.safety === null ? '' : on(plan.safety === 'safe' ? 'green' : 'yellow', ` (${safetyWords(plan.safety)})`);
  const diff = fileDiffs(plan.edits, report.source).flatMap(({ file, hunks }) => [
    on('bold', terminalText(file)),
    ...hunks.flatMap(({ header, lines }) => [on('cyan', header), ...lines.map((line) => diffLine(line, on))]),
  ]);
  const steps = diff.length > 0 ? [] : plan.steps.map((step, index) => `${index + 1}. ${terminalText(step)}`);
  return [
    '',
    `  ${on('bold', 'fix')}  ${terminalText(heading)}${safety}`,
    ...indented([...diff, ...steps]),
    ...(plan.proof === null || diff.length === 0 ? [] : [`  ${on('dim', `proof  ${proofWords(plan.proof)}`)}`]),
    ...liveLines(plan, on),
  ];
}

function liveLines({ commands }: RemediationPlan, on: Paint): string[] {
  if (commands.length === 0) return [];
  const lines = commandLines(commands);
  return lines === null ? [`  ${on('dim', SCRIPT_REFUSED)}`] : [`  ${on('bold', 'live resource')}`, ...indented(lines)];
}

function diffLine(line: string, on: Paint): string {
  const sign = line.charAt(0);
  const shown = (sign + frameLine(line.slice(1).replace(/\r$/u, ''))).trimEnd();
  if (sign === '+') return on('green', shown);
  return sign === '-' ? on('red', shown) : on('dim', shown);
}

function notes(report: Report, on: Paint): string[][] {
  return [noteList('Could not be judged', 'boldYellow', unjudged(report), on), noteList('Warnings', 'bold', warnings(report), on)].filter(
    (lines) => lines.length > 0,
  );
}

function noteList(title: string, style: Style, all: readonly Note[], on: Paint): string[] {
  if (all.length === 0) return [];
  const lines = all.map((note) => {
    const place = placeOf(note);
    return `  ${place === null ? '' : `${on('cyan', terminalText(place))}  `}${terminalText(note.message)}`;
  });
  return [on(style, title), ...capped(lines, '  ')];
}

function totals(report: Report, on: Paint): string[] {
  const { resources, notCovered, coverage } = report;
  const findings = worstFirst(report);
  const undecided = findings.filter(({ finding }) => finding.outcome === 'undecided').length;
  const counts = countBySeverity(findings).map(([severity, count]) => `${count} ${on(severityStyle(severity), severity)}`);
  const row = (name: string, words: string): string => `${on('bold', name.padEnd(9))}  ${words}`;
  const uncovered = notCovered.length === 0 ? '' : `; ${notCovered.length} not covered by any rule`;
  const types = [...groupBy(notCovered, ({ type }) => type)].map(([type, own]) => `${type}: ${listed(own.map(({ address }) => address))}`);
  const details = (kind: string, lines: readonly string[]): string[] =>
    capped(
      lines.map((line) => `  ${on('dim', terminalText(`${kind}  ${line}`))}`),
      '  ',
    );
  return [
    row('Findings', findings.length === 0 ? 'none' : counts.join(', ') + (undecided === 0 ? '' : ` (${undecided} undecided)`)),
    row('Resources', `${resources.length} audited${resources.length === 0 ? '' : `: ${outcomeWords(report)}`}${uncovered}`),
    ...details('not covered', types),
    row('Files', `${coverage.scanned.length} scanned, ${coverage.failed.length} failed, ${coverage.ignored.length} ignored`),
    ...details(
      'ignored',
      coverage.ignored.map(({ path, reason }) => `${path}: ${reason}`),
    ),
  ];
}

function verdictLines({ verdict }: Report, on: Paint): string[] {
  const name = verdict.outcome.toUpperCase();
  const [first = '', ...others] = capped(
    verdict.reasons.map((reason) => terminalText(reason)),
    '',
  );
  const indent = ' '.repeat(name.length + 2);
  return [`${on(VERDICT_STYLES[verdict.outcome], name)}  ${first}`, ...others.map((reason) => indent + reason)];
}

const VERDICT_STYLES = { pass: 'boldGreen', fail: 'boldRed', undecided: 'boldYellow' } as const satisfies Record<
  Report['verdict']['outcome'],
  Style
>;

function capped(lines: readonly string[], indent: string): string[] {
  const more = lines.length - LIST_LIMIT;
  return more <= 0 ? [...lines] : [...lines.slice(0, LIST_LIMIT), `${indent}and ${more} more; --format json lists them all`];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `    ${line}`));
}

/** `total`: how many there are, where `names` are only the first of them. */
function listed(names: readonly string[], total = names.length): string {
  const more = total - 3;
  return names.slice(0, 3).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
