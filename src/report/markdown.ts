/** The pull request comment and the job summary: one text, within the budget of where it goes. */
import type { Finding, RemediationPlan } from '../domain/finding.ts';
import type { Budget } from './budget.ts';
import { fitting, sizeOf } from './budget.ts';
import { unifiedDiff } from './diff.ts';
import { code, fence, htmlCode, link, prose } from './encode/markdown.ts';
import { shorten, visible } from './encode/visible.ts';
import { blockingGraph } from './graph.ts';
import { MERMAID_NODES, mermaid } from './mermaid.ts';
import type { Report, ReportedFinding, RuleText } from './report.ts';
import { sectionsOf } from './report.ts';
import { shellScript } from './script.ts';
import { settling } from './settling.ts';
import type { Note } from './unjudged.ts';
import { placeOf, unjudged, unresolved, unresolvedWords, warnings } from './unjudged.ts';
import {
  SCRIPT_REFUSED,
  approvalCommand,
  approvalOf,
  approvalWords,
  auditedWords,
  besideWords,
  notComparedWords,
  outcomeWords,
  plural,
  proofWords,
  safetyWords,
  severityWords,
  silenceWords,
  tallies,
  waitingWords,
} from './words.ts';

export interface MarkdownOptions {
  /** At least 6,000: verdict, counts and what could not be judged are never cut away. */
  readonly budget: Budget;
  /** Where everything is that does not fit here: a place in our own words (`the job summary`) and its URL. */
  readonly rest: { readonly name: string; readonly url: string | null };
}

/** Shares of the budget, and entries at most, of the lists before the findings; the longest diff or script in characters. */
const REASONS = { share: 1 / 10, entries: 6 };
const NOTES = { share: 1 / 10, entries: 10 };
/** Of the room that is left after the table, what is kept for findings that need no explanation, as far as they need it. */
const ASIDE_SHARE = 1 / 4;
const GRAPH = { share: 1 / 6, nodes: [MERMAID_NODES, MERMAID_NODES / 2, MERMAID_NODES / 4] };
const FENCE_LIMIT = 12_000;
/** Longest reason or note, in characters. */
const NOTE_LIMIT = 240;

/**
 * Verdict and counts first, then what could not be judged, a table of the findings that are new or block, a picture of what
 * depends on what blocks, a fold for each of these findings, and tables of those that are silenced and of those that were
 * there before; worst first.
 */
export function renderMarkdown(report: Report, { budget, rest }: MarkdownOptions): string {
  const { current, before, silenced } = sectionsOf(report);
  const where = rest.url === null ? rest.name : `[${rest.name}](${rest.url})`;
  const head = headOf(report, budget, where);
  const foot = footer(report);
  const more = (count: number, what: string): string => (count === 0 ? '' : `${plural(count, `more ${what}`)}: see ${where}.\n\n`);
  if (current.length + before.length + silenced.length === 0) return `${head}\n\n${foot}\n`;
  const graph = graphBlock(report, budget, where);
  const asides = [silencedAside(silenced, report), beforeAside(before, report)].filter(({ rows }) => rows.length > 0);
  // What says how much was cut is counted as if everything were.
  const cuts = [
    current.length === 0 ? '' : `${TABLE_HEAD}${FOLDS_HEAD}${more(current.length, 'finding')}${more(current.length, 'explanation')}`,
    ...asides.map((aside) => `${aside.head}\n${more(aside.rows.length, 'finding')}${ASIDE_FOOT}`),
  ];
  let room = budget.size - sizeOf(`${head}\n\n${graph}${cuts.join('')}${foot}\n`, budget.unit);
  /** As many as fit into the room that is left, but for some of it. */
  const fill = (texts: Iterable<string>, kept: number): string[] => {
    const shown = fitting(texts, room - kept, budget.unit);
    room -= sizeOf(shown.join(''), budget.unit);
    return shown;
  };
  const rows = fill(
    lazily(current, (each) => `${tableRow(each, report)}\n`),
    room / 2,
  );
  const beside = fitting(
    asides.flatMap((aside) => aside.rows),
    room * ASIDE_SHARE,
    budget.unit,
  );
  const shown: ShownChanges = new Map();
  const folds = fill(
    lazily(current, (each) => `${fold(each, report, shown)}\n\n`),
    sizeOf(beside.join(''), budget.unit),
  );
  const tables = asides.map((aside) => {
    const own = fill(aside.rows, 0);
    return `${aside.head}${own.join('')}\n${more(aside.rows.length - own.length, 'finding')}${ASIDE_FOOT}`;
  });
  const table = current.length === 0 ? '\n' : `${TABLE_HEAD}${rows.join('')}\n${more(current.length - rows.length, 'finding')}`;
  const details = `${folds.length === 0 ? '' : FOLDS_HEAD}${folds.join('')}${more(current.length - folds.length, 'explanation')}`;
  return `${head}\n${table}${graph}${details}${tables.join('')}${foot}\n`;
}

/** What is never cut away. */
function headOf(report: Report, budget: Budget, where: string): string {
  const { current, before } = sectionsOf(report);
  const list = (lines: readonly string[], { share, entries }: typeof NOTES): string[] => {
    const shown = fitting(lines.slice(0, entries), budget.size * share, budget.unit);
    return shown.length === lines.length ? shown : [...shown, `- and ${lines.length - shown.length} more: see ${where}`];
  };
  const elsewhere = unresolved(report).map((note) => ({ ...note, after: unresolvedWords(note) }));
  const notes = [
    { title: 'Could not be judged', lines: noteLines(unjudged(report), report) },
    { title: 'Not in this repository', lines: noteLines(elsewhere, report) },
    { title: 'Warnings', lines: noteLines(warnings(report), report) },
    { title: 'To settle what is undecided', lines: settling([...current, ...before]).map((sentence) => `- ${prose(sentence)}`) },
  ];
  const notCompared = notComparedWords(report);
  return [
    headline(report),
    ...list(otherReasons(report), REASONS),
    '',
    counts(report),
    ...(notCompared === null ? [] : ['', prose(shorten(notCompared, NOTE_LIMIT))]),
    ...notes.flatMap(({ title, lines }) => (lines.length === 0 ? [] : ['', `**${title}**`, '', ...list(lines, NOTES)])),
  ].join('\n');
}

/** Findings that have a row each and no more. */
interface Aside {
  /** From the opening of the fold to the head of the table. */
  readonly head: string;
  readonly rows: readonly string[];
}

const ASIDE_FOOT = '</details>\n\n';

function beforeAside(findings: readonly ReportedFinding[], report: Report): Aside {
  const note = report.block === 'new' ? 'They do not block, and have no annotations and no suggestions.' : 'They do not block.';
  return {
    head: `<details>\n<summary>Already there: ${plural(findings.length, 'finding')}</summary>\n\n${note}\n${TABLE_HEAD}`,
    rows: findings.map((each) => `${tableRow(each, report)}\n`),
  };
}

function silencedAside(findings: readonly ReportedFinding[], report: Report): Aside {
  return {
    head: `<details>\n<summary>Silenced: ${plural(findings.length, 'finding')}</summary>\n\n| Severity | Resource | Requirement | Place | Silenced by |\n|---|---|---|---|---|\n`,
    rows: findings.map((each) => `${tableRow(each, report)} ${silenceCell(each)} |\n`),
  };
}

function silenceCell({ finding: { standing } }: ReportedFinding): string {
  return standing.silence === null ? '' : prose(shorten(silenceWords(standing.silence), NOTE_LIMIT));
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
  const waiting = waitingWords(report);
  const reason = prose(shorten(verdict.reasons[0] ?? '', NOTE_LIMIT));
  return `## ${VERDICTS[verdict.outcome]}: ${reason}${note}${waiting === null ? '' : ` · ⏳ ${waiting}`}`;
}

function otherReasons({ verdict }: Report): string[] {
  return verdict.reasons.slice(1).map((reason) => `- ${prose(shorten(reason, NOTE_LIMIT))}`);
}

const VERDICTS = { pass: '✅ Pass', fail: '❌ Fail', undecided: '⚠️ Undecided' } as const satisfies Record<
  Report['verdict']['outcome'],
  string
>;

function counts(report: Report): string {
  const { resources, notCovered, coverage } = report;
  const found = tallies(report).map(({ kind, count, severities, undecided }) => {
    const list = severities.map(([severity, number]) => `**${number} ${severity}**`).join(', ');
    const words = list + (undecided === 0 ? '' : ` (${undecided} undecided)`);
    if (kind === null) return count === 0 ? 'no findings' : words;
    return `**${count} ${kind}**${count === 0 ? '' : `: ${words}`}`;
  });
  const audited = `${prose(auditedWords(report))}${resources.length === 0 ? '' : ` (${outcomeWords(report)})`}`;
  const uncovered = notCovered.length === 0 ? '' : `, ${notCovered.length} not covered by any rule`;
  const files = `files: ${coverage.scanned.length} scanned, ${coverage.failed.length} failed, ${coverage.ignored.length} ignored`;
  return [...found, ...besideWords(report), `${audited}${uncovered}`, files].join(' · ');
}

/** `after` stands in brackets behind the message. */
function noteLines(notes: readonly (Note & { readonly after?: string })[], report: Report): string[] {
  return notes.map((note) => {
    const place = placeOf(note);
    const startLine = note.line ?? 1;
    const linked =
      place === null || note.file === null ? '' : `${placeLink(place, note.file, startLine, note.endLine ?? startLine, report)}: `;
    return `- ${linked}${prose(shorten(note.message, NOTE_LIMIT))}${note.after === undefined ? '' : ` (${note.after})`}`;
  });
}

function placeLink(text: string, file: string, startLine: number, endLine: number, { links }: Report): string {
  return link(text, links === null ? null : links(file, startLine, endLine));
}

function tableRow(each: ReportedFinding, report: Report): string {
  const { finding } = each;
  const { file, start, end } = finding.span;
  const requirement = report.rules.get(finding.ruleId)?.title;
  const cells = [
    `${severityWords(each)}${approvalOf(each)?.state === 'waiting' ? ' ⏳' : ''}`,
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
  const { standing } = finding;
  const { file, start, end } = finding.span;
  const rule = report.rules.get(finding.ruleId);
  const plan = finding.remediationPlan;
  const blocks = [
    `<details>\n<summary><b>${severityWords(each)}</b> ${htmlCode(finding.address)} ${htmlCode(finding.ruleId)}</summary>`,
    prose(finding.message),
    `${placeLink(`${file}:${start.line}:${start.column}`, file, start.line, end.line, report)} in ${code(resource.type)}${resource.path === null ? '' : ` ${code(resource.path)}`}${instanceWords(finding)}${standing.isNew ? '' : ', was there before'}`,
    ...standing.refusedSilences.map((refusal) => `**Not silenced:** ${prose(refusal)}`),
    ...approvalBlocks(each, report),
    ...(rule === undefined ? [] : [`**Why it matters:** ${prose(rule.why)}`]),
    ...(plan === null ? requirementBlock(rule) : planBlocks(each, plan, report, shown)),
    ...(rule === undefined ? [] : referenceBlock(rule)),
    '</details>',
  ];
  return blocks.join('\n\n');
}

/** What a person can decide, and the line that decides it. */
function approvalBlocks(each: ReportedFinding, report: Report): string[] {
  const approval = approvalOf(each);
  if (approval === null) return [];
  const command = approvalCommand(each.resource, report);
  const words = `**Approval:** ${prose(approvalWords(approval))}`;
  return command === null ? [words] : [`${words}; to approve it for this commit, comment`, fence(visible(command), 'text')];
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
