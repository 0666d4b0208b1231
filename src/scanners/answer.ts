/** From what a scanner answered to findings. Each is checked alone: one that is wrong is told of and takes none of the others along. */
import type { z } from 'zod';
import type { Instance, Resource } from '../domain/resource.ts';
import type { ScannerFinding } from '../domain/scanner.ts';
import { contains } from '../domain/source.ts';
import type { Edit, SourceText, Span } from '../domain/source.ts';
import { at } from '../domain/value.ts';
import { MOST_FINDINGS, resourceFinding } from './contract.ts';
import type { RepositoryFinding } from './contract.ts';
import { identifier, isPlain, oneLine } from './text.ts';

/** Characters that are recorded. */
const MESSAGE_LIMIT = 500;
const TITLE_LIMIT = 120;

export interface Checked<T> {
  readonly findings: readonly T[];
  /** A sentence for each thing that is wrong with the answer. */
  readonly problems: readonly string[];
}

/** The findings of an answer that are as its schema says: at most {@link MOST_FINDINGS}. */
export function checked<T>(answer: unknown, schema: z.ZodType<T>): Checked<T> {
  const listed = typeof answer === 'object' && answer !== null && 'findings' in answer ? answer.findings : undefined;
  if (!Array.isArray(listed)) return { findings: [], problems: ['its answer has no structuredContent with a list of findings'] };
  const all: readonly unknown[] = listed;
  const findings: T[] = [];
  const wrong: string[] = [];
  for (const [index, each] of all.slice(0, MOST_FINDINGS).entries()) {
    const parsed = schema.safeParse(each);
    if (parsed.success) findings.push(parsed.data);
    else
      wrong.push(
        parsed.error.issues.map(
          ({ path, message }) => `findings[${index}]${path.map((step) => `.${String(step)}`).join('')}: ${message}`,
        )[0] ?? '',
      );
  }
  const [first] = wrong;
  return {
    findings,
    problems: [
      ...(first === undefined ? [] : [`${wrong.length} of its findings are not as the contract says: ${oneLine(first, 200)}`]),
      ...(all.length > MOST_FINDINGS ? [`it answered with ${all.length} findings, of which the first ${MOST_FINDINGS} are taken`] : []),
    ],
  };
}

interface Place {
  readonly scanner: string;
  readonly resource: Resource;
  readonly source: SourceText | undefined;
}

/** What `analyze_resource` found. */
export function resourceFindings(answer: unknown, { scanner, resource, source }: Place): Checked<ScannerFinding> {
  const { findings, problems } = checked(answer, resourceFinding);
  return {
    problems,
    findings: findings.map((finding) => {
      const concerned = instancesOf(finding.instances, resource);
      const [first] = concerned;
      return {
        ...wordsOf(finding, scanner),
        instances: concerned.map(({ address }) => address),
        span: placeOf(finding.attribute, first, resource) ?? linesIn(finding, resource, source) ?? resource.header,
        edits: finding.edit === undefined || source === undefined ? null : editsOf(finding.edit, resource, source),
      };
    }),
  };
}

/** A finding of `analyze_repository` in the resource that it was joined to. */
export function joinedFinding(finding: RepositoryFinding, { scanner, resource, source }: Place): ScannerFinding {
  return {
    ...wordsOf(finding, scanner),
    instances: instancesOf(finding.address === undefined ? undefined : [finding.address], resource).map(({ address }) => address),
    span: linesIn(finding, resource, source) ?? resource.header,
    edits: null,
  };
}

function wordsOf(
  { ruleId, title, severity, message }: Pick<RepositoryFinding, 'ruleId' | 'title' | 'severity' | 'message'>,
  scanner: string,
): Pick<ScannerFinding, 'ruleId' | 'title' | 'severity' | 'message'> {
  return {
    ruleId: `scanner/${identifier(scanner)}/${identifier(ruleId)}`,
    title: title === undefined || title.trim() === '' || message.includes(title) ? null : oneLine(title, TITLE_LIMIT),
    severity,
    message: oneLine(message, MESSAGE_LIMIT),
  };
}

/** Those that were named and are there; all of them when none is. */
function instancesOf(named: readonly string[] | undefined, { instances }: Resource): readonly Instance[] {
  const some = new Set(named);
  const concerned = instances.filter(({ address }) => some.has(address));
  return concerned.length === 0 ? instances : concerned;
}

function placeOf(path: readonly (string | number)[] | undefined, instance: Instance | undefined, { source }: Resource): Span | null {
  if (path === undefined || path.length === 0 || instance === undefined) return null;
  const { span } = at(instance.attributes, ...path);
  return contains(source, span) ? span : null;
}

/** From the first character of the first line to the end of the last; null when these are not lines of the declaration. */
function linesIn(
  { startLine, endLine = startLine }: { readonly startLine?: number | undefined; readonly endLine?: number | undefined },
  { source: { start, end } }: Resource,
  source: SourceText | undefined,
): Span | null {
  if (startLine === undefined || endLine === undefined || source === undefined) return null;
  const last = Math.min(endLine, end.line);
  if (startLine < start.line || startLine > last) return null;
  const text = source.line(startLine);
  const from = (source.lineStarts[startLine - 1] ?? 0) + (text.length - text.trimStart().length);
  const to = (source.lineStarts[last - 1] ?? 0) + source.line(last).trimEnd().length;
  const span = source.span(Math.max(from, start.offset), Math.min(to, end.offset));
  return span.start.offset < span.end.offset ? span : null;
}

/** The part of the lines that changes, when that lies in the declaration and the text can be seen for what it is; else null. */
function editsOf(
  { startLine, endLine, replacement }: { readonly startLine: number; readonly endLine: number; readonly replacement: string },
  resource: Resource,
  source: SourceText,
): readonly Edit[] | null {
  const from = source.lineStarts[startLine - 1];
  if (from === undefined || endLine < startLine || endLine > source.lineStarts.length || !isPlain(replacement)) return null;
  const to = (source.lineStarts[endLine - 1] ?? 0) + source.line(endLine).length;
  const before = source.text.slice(from, to);
  const lineEnd = source.text.includes('\r\n') ? '\r\n' : '\n';
  const after = replacement
    .replaceAll(/\r\n|\r/gu, '\n')
    .replace(/\n$/u, '')
    .replaceAll('\n', lineEnd);
  const shortest = Math.min(before.length, after.length);
  let head = 0;
  while (head < shortest && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const span = source.span(from + head, to - tail);
  if (before === after || !contains(resource.source, span)) return null;
  return [{ span, replacement: after.slice(head, after.length - tail) }];
}
