/**
 * Which proven changes can stand beside the lines they change, as suggestions that a reviewer commits with one click.
 * One a resource, with all its fixes combined; a change that lies in several places has a suggestion for each, or none at all.
 */
import type { Finding, RemediationPlan } from '../domain/finding.ts';
import { digest } from '../domain/fingerprint.ts';
import { keyOf } from '../domain/resource.ts';
import type { Hunk } from './diff.ts';
import { fileDiffs } from './diff.ts';
import { code, prose } from './encode/markdown.ts';
import { isVisible, shorten } from './encode/visible.ts';
import type { Report, ResourceReport } from './report.ts';
import { compareFindings, isCurrent, offered, sectionsOf } from './report.ts';
import { plural, proofWords, safetyWords } from './words.ts';

export interface ChangedFile {
  /** Relative to the repository. */
  readonly file: string;
  /** Its hunks as a unified diff; null where GitHub leaves them out, as for a large file. */
  readonly patch: string | null;
}

export interface Suggestion {
  readonly file: string;
  /** Lines of the head commit that it replaces, both inclusive and both in one hunk. */
  readonly startLine: number;
  readonly endLine: number;
  /** Which resource it is about, and what is to be changed to what: 16 hex digits each, the same wherever the lines move. */
  readonly subject: string;
  readonly content: string;
  /** Markdown. */
  readonly body: string;
}

export interface SuggestionPlan {
  /** Worst first. */
  readonly suggestions: readonly Suggestion[];
  /** Resources with a proven change that stands nowhere beside the diff. */
  readonly unplaced: number;
  /**
   * What became of a resource, by the subject of a suggestion: `changed` has findings still, `fixed` has none or is gone, and
   * `unknown` could not be judged.
   */
  fateOf(subject: string): 'fixed' | 'changed' | 'unknown';
}

/** More would bury the review; the others stay in the summary. */
const MOST_SUGGESTIONS = 30;
/** A suggestion longer than this is better read as a diff. */
const TEXT_LIMIT = 10_000;
const MOST_FINDINGS = 6;
const MESSAGE_LIMIT = 300;

export function planSuggestions(report: Report, changed: readonly ChangedFile[]): SuggestionPlan {
  const diff = new Map(changed.map(({ file, patch }) => [file, rightSide(patch ?? '')]));
  const resources = [...new Set(sectionsOf(report).current.map(({ resource }) => resource))];
  const suggestions: Suggestion[] = [];
  const taken: Block[] = [];
  let unplaced = 0;
  for (const resource of resources) {
    const options = plansOf(resource).flatMap((plan) => {
      const blocks = blocksOf(plan, report, diff);
      return blocks === null ? [] : [{ plan, blocks }];
    });
    const room = MOST_SUGGESTIONS - suggestions.length;
    const chosen = options.find(
      ({ blocks }) => blocks.length <= room && !blocks.some((block) => taken.some((other) => overlaps(block, other))),
    );
    if (chosen !== undefined) {
      taken.push(...chosen.blocks);
      suggestions.push(...suggestionsOf(resource, chosen.plan, chosen.blocks, report));
    } else if (
      plansOf(resource).length > 0 &&
      !options.some(({ blocks }) => blocks.every((block) => taken.some((other) => isSame(block, other))))
    ) {
      unplaced += 1;
    }
  }
  return { suggestions, unplaced, fateOf: fates(report) };
}

/** For the end of the summary; null when there is nothing to say. */
export function suggestionWords({ suggestions, unplaced }: SuggestionPlan): string | null {
  const count = suggestions.length;
  const sentences = [
    ...(count === 0
      ? []
      : [`${plural(count, 'suggestion')} to commit with one click ${count === 1 ? 'stands' : 'stand'} beside the changed lines.`]),
    ...(unplaced === 0
      ? []
      : [
          `The proven changes of ${plural(unplaced, count === 0 ? 'resource' : 'more resource')} are only here: their lines are not all in the diff of ` +
            `this pull request, or cannot be shown there safely, or there are more than ${MOST_SUGGESTIONS}.`,
        ]),
  ];
  return sentences.length === 0 ? null : `<sub>${sentences.join(' ')}</sub>`;
}

/** What takes the place of a suggestion that somebody replied to, once it does not apply any more. */
export function closedSuggestion(fate: 'fixed' | 'changed'): string {
  return fate === 'fixed'
    ? '✅ Fixed: nothing is found here any more.'
    : 'This suggestion does not apply any more: what it was about has changed. The summary comment shows what is found now.';
}

/**
 * All fixes together where that can be placed, else the fix of the worst finding for which it can. Only plans that close
 * something new or blocking.
 */
function plansOf({ remediationPlan, findings }: ResourceReport): RemediationPlan[] {
  const current = findings.filter(isCurrent).toSorted(compareFindings);
  const wanted = new Set(current.map(({ fingerprint }) => fingerprint));
  return [remediationPlan, ...current.map((finding) => finding.remediationPlan)]
    .map((plan) => offered(plan, findings))
    .filter((plan) => plan !== null)
    .filter(({ proof }) => proof?.closes.some((each) => wanted.has(each)));
}

/** Lines to be replaced, and by what. */
interface Block {
  readonly file: string;
  readonly startLine: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function endOf({ startLine, before }: Block): number {
  return startLine + before.length - 1;
}

function overlaps(a: Block, b: Block): boolean {
  return a.file === b.file && a.startLine <= endOf(b) && b.startLine <= endOf(a);
}

function isSame(a: Block, b: Block): boolean {
  return (
    a.file === b.file &&
    a.startLine === b.startLine &&
    a.before.join('\n') === b.before.join('\n') &&
    a.after.join('\n') === b.after.join('\n')
  );
}

/** Null unless every line that changes stands in the diff, in the words that were audited, and can be shown as it is. */
function blocksOf({ edits }: RemediationPlan, { source }: Report, diff: ReadonlyMap<string, readonly RightHunk[]>): Block[] | null {
  const blocks: Block[] = [];
  for (const { file, hunks } of fileDiffs(edits, source)) {
    for (const hunk of hunks) {
      const block = blockOf(file, hunk);
      if (block === null || !isShown(block, diff.get(file) ?? []) || !isPlain(block)) return null;
      blocks.push(block);
    }
  }
  return blocks.length === 0 ? null : blocks;
}

/** From the first line that changes to the last; lines that are only added take the line beside them along. */
function blockOf(file: string, { header, lines }: Hunk): Block | null {
  const kept = afterDeclaration(lines.filter((line) => !line.startsWith('\\')));
  let { first, last } = changesIn(kept);
  if (kept.slice(first, last + 1).every((line) => line.startsWith('+'))) {
    if (first > 0) first -= 1;
    else last += 1;
  }
  const [, start = '0'] = /^@@ -([0-9]+),/u.exec(header) ?? [];
  const startLine = Number(start) + oldLines(kept.slice(0, first)).length;
  const changed = kept.slice(first, last + 1);
  const before = oldLines(changed);
  return before.length === 0 ? null : { file, startLine, before, after: changed.filter((line) => !line.startsWith('-')).map(text) };
}

function changesIn(lines: readonly string[]): { first: number; last: number } {
  const changes = lines.flatMap((line, index) => (line.startsWith(' ') ? [] : [index]));
  return { first: changes[0] ?? 0, last: changes.at(-1) ?? 0 };
}

/** A diff shows what was added after a declaration as added after the empty line below it: the same, but odd to read beside that line. */
function afterDeclaration(lines: readonly string[]): readonly string[] {
  const { first, last } = changesIn(lines);
  const added = lines.slice(first, last + 1);
  const movable = first > 1 && lines[first - 1] === ' ' && added.at(-1) === '+' && added.every((line) => line.startsWith('+'));
  return movable ? [...lines.slice(0, first - 1), '+', ...added.slice(0, -1), ' ', ...lines.slice(last + 1)] : lines;
}

function oldLines(lines: readonly string[]): string[] {
  return lines.filter((line) => !line.startsWith('+')).map(text);
}

function text(line: string): string {
  return line.slice(1);
}

/** What was audited may be the merge of head and base: only where both say the same does a line number mean the same line. */
function isShown(block: Block, hunks: readonly RightHunk[]): boolean {
  const hunk = hunks.find(({ startLine, lines }) => startLine <= block.startLine && endOf(block) < startLine + lines.length);
  return hunk !== undefined && block.before.every((line, index) => hunk.lines[block.startLine - hunk.startLine + index] === line);
}

/** Nothing that would end the suggestion early or hide what is committed; a CR is not kept by GitHub's own commits. */
function isPlain({ before, after }: Block): boolean {
  const replacement = after.join('\n');
  return (
    replacement.length <= TEXT_LIMIT &&
    !/`{3}|~{3}/u.test(replacement) &&
    [...before, ...after].every((line) => isVisible(line.replaceAll('\t', ' ')))
  );
}

interface RightHunk {
  readonly startLine: number;
  /** Kept and added lines. */
  readonly lines: readonly string[];
}

/** Lines of the head commit that a diff shows; a hunk that is not as long as it says is left out. */
function rightSide(patch: string): RightHunk[] {
  const hunks: { startLine: number; count: number; lines: string[] }[] = [];
  for (const line of patch.split('\n')) {
    const [, start, count = '1'] = /^@@ -[0-9]{1,9}(?:,[0-9]{1,9})? \+([0-9]{1,9})(?:,([0-9]{1,9}))? @@/u.exec(line) ?? [];
    if (start !== undefined) hunks.push({ startLine: Number(start), count: Number(count), lines: [] });
    else if (/^[ +]/u.test(line)) hunks.at(-1)?.lines.push(text(line));
  }
  return hunks.filter(({ count, lines }) => lines.length === count);
}

function suggestionsOf(resource: ResourceReport, plan: RemediationPlan, blocks: readonly Block[], report: Report): Suggestion[] {
  const contents = blocks.map(({ file, before, after }) => digest([keyOf(resource), file, before.join('\n'), after.join('\n')]));
  return blocks.map((block, index) => {
    // The same change to the same words in several places.
    const ordinal = contents.slice(0, index).filter((content) => content === contents[index]).length;
    return {
      file: block.file,
      startLine: block.startLine,
      endLine: endOf(block),
      subject: subjectOf(resource),
      content: digest([contents[index] ?? '', String(ordinal)]).slice(0, 16),
      body: bodyOf(resource, plan, block.after, { part: index + 1, of: blocks.length }, report),
    };
  });
}

function subjectOf(resource: Pick<ResourceReport, 'root' | 'address'>): string {
  return digest([keyOf(resource)]).slice(0, 16);
}

function bodyOf(
  resource: ResourceReport,
  { proof, safety }: RemediationPlan,
  after: readonly string[],
  { part, of }: { part: number; of: number },
  { rules }: Report,
): string {
  const closed = resource.findings.filter(({ fingerprint }) => proof?.closes.includes(fingerprint)).toSorted(compareFindings);
  const line = ({ severity, ruleId, message }: Finding): string =>
    `- **${severity}** ${prose(rules.get(ruleId)?.title ?? ruleId)}: ${prose(shorten(message, MESSAGE_LIMIT))}`;
  const more = closed.length - MOST_FINDINGS;
  const list = [...closed.slice(0, MOST_FINDINGS).map(line), ...(more > 0 ? [`- and ${more} more: see the summary comment`] : [])];
  const notes = [
    ...(proof === null ? [] : [`Proof: ${proofWords(proof)}.`]),
    ...(safety === null ? [] : [`Safety: ${safetyWords(safety)}.`]),
  ];
  return [
    `This change closes ${plural(closed.length, 'finding')} of ${code(resource.address)}:`,
    ...(part === 1 ? [list.join('\n')] : []),
    ...(of === 1 ? [] : [`**Part ${part} of ${of}**: commit all parts together, with “Add suggestion to batch”.`]),
    ['```suggestion', ...after, '```'].join('\n'),
    `<sub>${notes.join(' ')}</sub>`,
  ].join('\n\n');
}

function fates({ resources, failedAudits, coverage, diagnostics }: Report): SuggestionPlan['fateOf'] {
  const audited = new Map(resources.map((resource) => [subjectOf(resource), resource.findings.length > 0 ? 'changed' : 'fixed'] as const));
  const failed = new Set(failedAudits.map(subjectOf));
  const allRead = coverage.failed.length === 0 && !diagnostics.some(({ level }) => level === 'undecided');
  return (subject) => (failed.has(subject) ? 'unknown' : (audited.get(subject) ?? (allRead ? 'fixed' : 'unknown')));
}
