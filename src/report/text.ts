/** The report of the local command, for a person at a terminal. */
import { groupBy } from '../domain/group-by.ts';
import type { RemediationPlan } from '../domain/finding.ts';
import type { WeighedFinding } from '../domain/standing.ts';
import { paint, severityStyle } from './colour.ts';
import type { Paint, Style } from './colour.ts';
import { fileDiffs } from './diff.ts';
import { terminalText } from './encode/terminal.ts';
import { frame, frameLine } from './frame.ts';
import type { Report, ReportedFinding, ResourceReport } from './report.ts';
import { compareFindings, compareText, isCurrent, offered, sectionsOf } from './report.ts';
import { commandLines } from './script.ts';
import { settling } from './settling.ts';
import type { Note } from './unjudged.ts';
import { placeOf, unjudged, unresolved, unresolvedWords, warnings } from './unjudged.ts';
import {
  SCRIPT_REFUSED,
  approvalCommand,
  approvalWords,
  auditedWords,
  besideWords,
  notComparedWords,
  outcomeWords,
  proofWords,
  safetyWords,
  severityWords,
  silenceWords,
  tallies,
  waitingWords,
} from './words.ts';

export interface TextOptions {
  readonly colour: boolean;
}

/** Longest list of files, notes or types that the totals show; the JSON report has them all. */
const LIST_LIMIT = 10;

/**
 * Findings resource by resource, worst first; in a line each those that were there before and those that are silenced; then
 * what could not be judged, totals, and the verdict as the last line.
 */
export function renderText(report: Report, { colour }: TextOptions): string {
  const on = paint(colour);
  const explained = new Set<string>();
  const resources = report.resources
    .map((resource) => ({
      ...resource,
      findings: resource.findings.filter(isCurrent).toSorted(byBlocking),
      remediationPlan: offered(resource.remediationPlan, resource.findings),
    }))
    .filter(({ findings }) => findings.length > 0)
    .toSorted(byWorst);
  const sections = [
    ...resources.map((resource) => resourceSection(resource, report, explained, on)),
    ...lists(report, on),
    ...notes(report, on),
    totals(report, on),
    verdictLines(report, on),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function byWorst(a: ResourceReport, b: ResourceReport): number {
  const [first, second] = [a.findings[0], b.findings[0]];
  const order = first === undefined || second === undefined ? 0 : byBlocking(first, second);
  return order || compareText(a.root, b.root) || compareText(a.address, b.address);
}

function byBlocking(a: WeighedFinding, b: WeighedFinding): number {
  return Number(b.blocks) - Number(a.blocks) || compareFindings(a, b);
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
  const lines = [`${on('bold', terminalText(address))}  ${on('dim', terminalText(where))}`, ...approvalLines(resource, report, on)];
  const [brief, whole] = [findings.filter((finding) => isBrief(finding)), findings.filter((finding) => !isBrief(finding))];
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

function approvalLines(resource: ResourceReport, report: Report, on: Paint): string[] {
  if (resource.approval === null) return [];
  const command = approvalCommand(resource, report);
  return [
    `  ${on('boldYellow', terminalText(approvalWords(resource.approval)))}`,
    ...(command === null ? [] : [`    ${terminalText(command)}`]),
  ];
}

/** The plan without command lines that other plans gave already. */
function withoutCommands(plan: RemediationPlan, others: readonly RemediationPlan[]): RemediationPlan {
  const given = new Set(others.flatMap(({ commands }) => commands.map((command) => JSON.stringify(command))));
  return { ...plan, commands: plan.commands.filter((command) => !given.has(JSON.stringify(command))) };
}

/** Good practice that blocks nothing and has no edit to show: one line; the other formats have all there is to say of it. */
function isBrief({ severity, blocks, remediationPlan }: WeighedFinding): boolean {
  const minor = severity === 'LOW' || severity === 'INFO';
  return minor && !blocks && (remediationPlan === null || remediationPlan.edits.length === 0);
}

function briefLine(finding: WeighedFinding, on: Paint): string {
  const { ruleId, severity, message, span, instances, instanceCount } = finding;
  const level = on(severityStyle(severity), severityWords({ finding }));
  const place = on('cyan', terminalText(`${span.file}:${span.start.line}`));
  const which = instances.length === 0 ? '' : on('dim', terminalText(` (${listed(instances, instanceCount)})`));
  return `  ${level}  ${on('dim', terminalText(ruleId))}  ${place}  ${terminalText(message)}${which}`;
}

/** `framed`: places of this resource whose source was shown already. */
function findingLines(finding: WeighedFinding, report: Report, explained: Set<string>, framed: Set<string>, on: Paint): string[] {
  const { ruleId, severity, message, instances, instanceCount, span, standing } = finding;
  const style = severityStyle(severity);
  const place = `${span.file}:${span.start.line}:${span.start.column}`;
  const key = `${place}-${span.end.offset}`;
  const lines = [
    `  ${on(style, severityWords({ finding }))}  ${on('dim', terminalText(ruleId))}${standing.isNew ? '' : on('dim', '  was there before')}`,
    `  ${terminalText(message)}`,
    ...standing.refusedSilences.map((refusal) => `  ${on('boldYellow', 'not silenced')}  ${terminalText(refusal)}`),
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

/** What needs no look at the source: a line each, all of them. */
function lists(report: Report, on: Paint): string[][] {
  const { before, silenced } = sectionsOf(report);
  const line = ({ finding }: ReportedFinding): string => {
    const { address, ruleId, severity, span } = finding;
    const place = on('cyan', terminalText(`${span.file}:${span.start.line}`));
    return `  ${on(severityStyle(severity), severityWords({ finding }))}  ${terminalText(address)}  ${on('dim', terminalText(ruleId))}  ${place}`;
  };
  const silence = ({ finding: { standing } }: ReportedFinding): string[] =>
    standing.silence === null ? [] : [`    ${terminalText(silenceWords(standing.silence))}`];
  return [
    ...(before.length === 0 ? [] : [[on('bold', 'Already there'), ...before.map(line)]]),
    ...(silenced.length === 0 ? [] : [[on('bold', 'Silenced'), ...silenced.flatMap((each) => [line(each), ...silence(each)])]]),
  ];
}

function notes(report: Report, on: Paint): string[][] {
  const elsewhere = unresolved(report).map((note) => ({ ...note, message: `${note.message} (${unresolvedWords(note)})` }));
  return [
    noteList('Could not be judged', 'boldYellow', unjudged(report), on),
    noteList('Not in this repository', 'boldYellow', elsewhere, on),
    noteList('Warnings', 'bold', warnings(report), on),
  ].filter((lines) => lines.length > 0);
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
  const row = (name: string, words: string): string => `${on('bold', name.padEnd(9))}  ${words}`;
  const uncovered = notCovered.length === 0 ? '' : `; ${notCovered.length} not covered by any rule`;
  const types = [...groupBy(notCovered, ({ type }) => type)].map(([type, own]) => `${type}: ${listed(own.map(({ address }) => address))}`);
  const details = (kind: string, lines: readonly string[]): string[] =>
    capped(
      lines.map((line) => `  ${on('dim', terminalText(`${kind}  ${line}`))}`),
      '  ',
    );
  const notCompared = notComparedWords(report);
  const { current, before } = sectionsOf(report);
  const audited = auditedWords(report, String);
  return [
    row('Findings', [findingWords(report, on), ...besideWords(report)].join('; ')),
    ...details('to settle', settling([...current, ...before])),
    row('Resources', `${audited}${resources.length === 0 ? '' : `: ${outcomeWords(report)}`}${uncovered}`),
    ...(notCompared === null ? [] : [`  ${on('boldYellow', terminalText(notCompared))}`]),
    ...details('not covered', types),
    row('Files', `${coverage.scanned.length} scanned, ${coverage.failed.length} failed, ${coverage.ignored.length} ignored`),
    ...details(
      'ignored',
      coverage.ignored.map(({ path, reason }) => `${path}: ${reason}`),
    ),
  ];
}

/** `3 CRITICAL, 11 HIGH (6 undecided)`, or where something was compared `1 new: 1 CRITICAL; 2 already there: 2 HIGH`. */
function findingWords(report: Report, on: Paint): string {
  return tallies(report)
    .map(({ kind, count, severities, undecided }) => {
      const counts = severities.map(([severity, number]) => `${number} ${on(severityStyle(severity), severity)}`).join(', ');
      const words = counts + (undecided === 0 ? '' : ` (${undecided} undecided)`);
      if (kind === null) return count === 0 ? 'none' : words;
      return `${count} ${kind}${count === 0 ? '' : `: ${words}`}`;
    })
    .join('; ');
}

function verdictLines(report: Report, on: Paint): string[] {
  const { verdict } = report;
  const name = verdict.outcome.toUpperCase();
  const waiting = waitingWords(report);
  const [first = '', ...others] = capped(
    [...verdict.reasons, ...(waiting === null ? [] : [waiting])].map((reason) => terminalText(reason)),
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
