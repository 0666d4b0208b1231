/** The pull request comment and the job summary: one text, within the budget of where it goes. */
import type { Finding, RemediationPlan } from '../domain/finding.ts';
import type { Budget } from './budget.ts';
import { fitting, sizeOf } from './budget.ts';
import { unifiedDiff } from './diff.ts';
import { code, fence, htmlCode, link, prose } from './encode/markdown.ts';
import { shorten } from './encode/visible.ts';
import { blockingGraph } from './graph.ts';
import { MERMAID_NODES, mermaid } from './mermaid.ts';
import type { Report, ReportedFinding, RuleText } from './report.ts';
import { worstFirst } from './report.ts';
import { shellScript } from './script.ts';
import type { Note } from './unjudged.ts';
import { placeOf, unjudged, warnings } from './unjudged.ts';
import { SCRIPT_REFUSED, countBySeverity, outcomeWords, plural, proofWords, safetyWords, severityWords } from './words.ts';

export interface MarkdownOptions {
  /** At least 6,000: verdict, counts and what could not be judged are never cut away. */
  readonly budget: Budget;
  /** Where everything is that does not fit here: a place in our own words (`the job summary`) and its URL. */
  readonly rest: { readonly name: string; readonly url: string | null };
}

/** Shares of the budget, and entries at most, of the lists before the findings; the longest diff or script in characters. */
const REASONS = { share: 1 / 8, entries: 6 };
const NOTES = { share: 1 / 8, entries: 10 };
const GRAPH = { share: 1 / 6, nodes: [MERMAID_NODES, MERMAID_NODES / 2, MERMAID_NODES / 4] };
const FENCE_LIMIT = 12_000;
/** Longest reason or note, in characters. */
const NOTE_LIMIT = 240;

/**
 * Verdict and counts first, then what could not be judged, a table of the findings, a picture of what depends on what blocks,
 * and a fold for each finding; worst first.
 */
export function renderMarkdown(report: Report, { budget, rest }: MarkdownOptions): string {
  const findings = worstFirst(report);
  const where = rest.url === null ? rest.name : `[${rest.name}](${rest.url})`;
  const list = (lines: readonly string[], { share, entries }: typeof NOTES): string[] => {
    const shown = fitting(lines.slice(0, entries), budget.size * share, budget.unit);
    return shown.length === lines.length ? shown : [...shown, `- and ${lines.length - shown.length} more: see ${where}`];
  };
  const notes = [noteList('Could not be judged', unjudged(report), report), noteList('Warnings', warnings(report), report)];
  const head = [
    headline(report),
    ...list(otherReasons(report), REASONS),
    '',
    counts(report, findings),
    ...notes.flatMap(({ title, lines }) => (lines.length === 0 ? [] : ['', `**${title}**`, '', ...list(lines, NOTES)])),
  ].join('\n');
  const foot = footer(report);
  const more = (count: number, what: string): string => (count === 0 ? '' : `${plural(count, `more ${what}`)}: see ${where}.\n\n`);
  if (findings.length === 0) return `${head}\n\n${foot}\n`;
  // What says how much was cut is counted as if everything were.
  const graph = graphBlock(report, budget, where);
  const frame = `${head}\n${TABLE_HEAD}\n${graph}${FOLDS_HEAD}${more(findings.length, 'finding')}${more(findings.length, 'explanation')}${foot}\n`;
  const room = budget.size - sizeOf(frame, budget.unit);
  const rows = fitting(
    lazily(findings, (each) => `${tableRow(each, report)}\n`),
    room / 2,
    budget.unit,
  );
  const table = `${TABLE_HEAD}${rows.join('')}\n${more(findings.length - rows.length, 'finding')}`;
  const shown: ShownChanges = new Map();
  const folds = fitting(
    lazily(findings, (each) => `${fold(each, report, shown)}\n\n`),
    room - sizeOf(rows.join(''), budget.unit),
    budget.unit,
  );
  const details = `${folds.length === 0 ? '' : FOLDS_HEAD}${folds.join('')}${more(findings.length - folds.length, 'explanation')}`;
  return `${head}\n${table}${graph}${details}${foot}\n`;
}

/** As much of the picture as fits into its share; `''` when there is nothing to draw. */
function graphBlock(report: Report, budget: Budget, where: string): string {
  for (const most of GRAPH.nodes) {
    const graph = blockingGraph(report, most);
    if (graph === null) return '';
    const more = graph.more === 0 ? '' : `${plural(graph.more, 'more resource')}: see ${where}.\n\n`;
    const block = `<details>\n<summary>What depends on what blocks</summary>\n\n${fence(mermaid(graph), 'mermaid')}\n\n${more}</details>\n\n`;
    if (sizeOf(block, budget.unit) <= budget.size * GRAPH.share) return block;
  }
  return '';
}

function* lazily(findings: readonly ReportedFinding[], render: (each: ReportedFinding) => string): Iterable<string> {
  for (const each of findings) yield render(each);
}

const TABLE_HEAD = '\n| Severity | Resource | Requirement | Place |\n|---|---|---|---|\n';
const FOLDS_HEAD = '### What is wrong and how to fix it\n\n';

/** Nothing was found, not even below the threshold. */
function isAllRight({ verdict, resources }: Report): boolean {
  return verdict.outcome === 'pass' && resources.every(({ findings }) => findings.length === 0);
}

function headline(report: Report): string {
  if (isAllRight(report)) return `## ${VERDICTS.pass}: nothing left to fix`;
  const { verdict, threshold } = report;
  const note = threshold === 'none' ? ' (findings never block here)' : '';
  return `## ${VERDICTS[verdict.outcome]}: ${prose(shorten(verdict.reasons[0] ?? '', NOTE_LIMIT))}${note}`;
}

function otherReasons({ verdict }: Report): string[] {
  return verdict.reasons.slice(1).map((reason) => `- ${prose(shorten(reason, NOTE_LIMIT))}`);
}

const VERDICTS = { pass: '✅ Pass', fail: '❌ Fail', undecided: '⚠️ Undecided' } as const satisfies Record<
  Report['verdict']['outcome'],
  string
>;

function counts(report: Report, findings: readonly ReportedFinding[]): string {
  const { resources, notCovered, coverage } = report;
  const undecided = findings.filter(({ finding }) => finding.outcome === 'undecided').length;
  const severities = countBySeverity(findings).map(([severity, count]) => `**${count} ${severity}**`);
  const found = findings.length === 0 ? 'no findings' : severities.join(', ') + (undecided === 0 ? '' : ` (${undecided} undecided)`);
  const audited = `${plural(resources.length, 'resource')} audited${resources.length === 0 ? '' : ` (${outcomeWords(report)})`}`;
  const uncovered = notCovered.length === 0 ? '' : `, ${notCovered.length} not covered by any rule`;
  return `${found} · ${audited}${uncovered} · files: ${coverage.scanned.length} scanned, ${coverage.failed.length} failed, ${coverage.ignored.length} ignored`;
}

function noteList(title: string, notes: readonly Note[], report: Report): { title: string; lines: string[] } {
  const lines = notes.map((note) => {
    const place = placeOf(note);
    const startLine = note.line ?? 1;
    const linked =
      place === null || note.file === null ? '' : `${placeLink(place, note.file, startLine, note.endLine ?? startLine, report)}: `;
    return `- ${linked}${prose(shorten(note.message, NOTE_LIMIT))}`;
  });
  return { title, lines };
}

function placeLink(text: string, file: string, startLine: number, endLine: number, { links }: Report): string {
  return link(text, links === null ? null : links(file, startLine, endLine));
}

function tableRow(each: ReportedFinding, report: Report): string {
  const { finding } = each;
  const { file, start, end } = finding.span;
  const requirement = report.rules.get(finding.ruleId)?.title;
  const cells = [
    severityWords(each),
    code(finding.address),
    requirement === undefined ? code(finding.ruleId) : prose(requirement),
    placeLink(`${file}:${start.line}`, file, start.line, end.line, report),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The finding under which a diff was shown already. */
type ShownChanges = Map<string, ReportedFinding>;

function fold(each: ReportedFinding, report: Report, shown: ShownChanges): string {
  const { finding, resource } = each;
  const { file, start, end } = finding.span;
  const rule = report.rules.get(finding.ruleId);
  const plan = finding.remediationPlan;
  const blocks = [
    `<details>\n<summary><b>${severityWords(each)}</b> ${htmlCode(finding.address)} ${htmlCode(finding.ruleId)}</summary>`,
    prose(finding.message),
    `${placeLink(`${file}:${start.line}:${start.column}`, file, start.line, end.line, report)} in ${code(resource.type)}${resource.path === null ? '' : ` ${code(resource.path)}`}${instanceWords(finding)}`,
    ...(rule === undefined ? [] : [`**Why it matters:** ${prose(rule.why)}`]),
    ...(plan === null ? requirementBlock(rule) : planBlocks(each, plan, report, shown)),
    ...(rule === undefined ? [] : referenceBlock(rule)),
    '</details>',
  ];
  return blocks.join('\n\n');
}

function instanceWords({ instances, instanceCount }: Finding): string {
  if (instances.length === 0) return '';
  const more = instanceCount - 3;
  return `, instances ${instances
    .slice(0, 3)
    .map((each) => code(each))
    .join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Several findings often have one fix: its diff, and its script if that is the same, stand under the first of them. */
function planBlocks(each: ReportedFinding, plan: RemediationPlan, report: Report, shown: ShownChanges): string[] {
  const diff = unifiedDiff(plan.edits, report.source);
  const title = `**Fix${plan.safety === null ? '' : ` (${safetyWords(plan.safety)})`}:**`;
  const before = shown.get(diff);
  if (before !== undefined) {
    const sameScript = JSON.stringify(before.finding.remediationPlan?.commands) === JSON.stringify(plan.commands);
    const reference = `the change for ${code(before.finding.ruleId)} of ${code(before.finding.address)} above closes this one too.`;
    return [`${title} ${reference}`, ...(sameScript ? [] : scriptBlock(plan))];
  }
  if (diff !== '') shown.set(diff, each);
  return [
    `${title} ${prose(plan.summary)}`,
    ...(diff === '' ? stepsBlock(plan.steps) : [cutFence(diff, 'diff')]),
    ...(plan.proof === null || diff === '' ? [] : [`<sub>Proof: ${proofWords(plan.proof)}.</sub>`]),
    ...scriptBlock(plan),
  ];
}

function scriptBlock({ commands }: RemediationPlan): string[] {
  if (commands.length === 0) return [];
  const script = shellScript(commands);
  if (script === null) return [SCRIPT_REFUSED];
  return [`<details>\n<summary>Script for the live resource</summary>\n\n${cutFence(script, 'sh')}\n\n</details>`];
}

/** What would be right, where there is nothing to fix before the value is known. */
function requirementBlock(rule: RuleText | undefined): string[] {
  return rule === undefined || rule.remedy.length === 0 ? [] : ['**What is required:**', ...stepsBlock(rule.remedy)];
}

function stepsBlock(steps: readonly string[]): string[] {
  return steps.length === 0 ? [] : [steps.map((step, index) => `${index + 1}. ${prose(step)}`).join('\n')];
}

/** A long text is cut after a whole line, and says so below. */
function cutFence(text: string, language: string): string {
  if (text.length <= FENCE_LIMIT) return fence(text, language);
  const lines = text.split('\n');
  const shown = fitting(
    lines.map((line) => `${line}\n`),
    FENCE_LIMIT,
    'characters',
  );
  return `${fence(shown.join(''), language)}\n\n${plural(lines.length - shown.length, 'more line')}: the JSON report has them all.`;
}

function referenceBlock({ references }: RuleText): string[] {
  return references.length === 0 ? [] : [`References: ${references.map((url) => link(url.replace(/^https?:\/\//u, ''), url)).join(', ')}`];
}

function footer({ tool }: Report): string {
  return `<sub>${tool.name} ${tool.version}</sub>`;
}
