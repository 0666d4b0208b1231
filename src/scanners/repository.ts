/** One question about the whole repository, and its findings joined to resources by address, or by file and line. */
import path from 'node:path';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import type { Diagnostic } from '../domain/diagnostic.ts';
import { groupBy } from '../domain/group-by.ts';
import { keyOf } from '../domain/resource.ts';
import type { Resource } from '../domain/resource.ts';
import type { ScannerFinding } from '../domain/scanner.ts';
import type { Workspace } from '../domain/workspace.ts';
import { checked, joinedFinding } from './answer.ts';
import { repositoryFinding } from './contract.ts';
import type { RepositoryFinding, RepositoryQuestion } from './contract.ts';
import { NoAnswer } from './session.ts';
import type { Session } from './session.ts';
import { identifier, oneLine } from './text.ts';

/** Answers that are taken, each with its own limit of findings. */
const MOST_PAGES = 100;
/** Findings in no resource that are told one by one. */
const MOST_TOLD = 20;

export interface Joined {
  of(resource: Resource): readonly ScannerFinding[];
  readonly problems: readonly string[];
  /** What lies in no resource. */
  readonly diagnostics: readonly Diagnostic[];
}

interface Asked {
  readonly scanner: string;
  readonly root: string;
  readonly workspace: Workspace;
}

/** @throws NoAnswer */
export async function askRepository(session: Session, tool: Tool, asked: Asked): Promise<Joined> {
  const { root, workspace } = asked;
  const files = [...new Set(workspace.resources.map(({ source }) => source.file))];
  const findings: RepositoryFinding[] = [];
  const problems = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const question: RepositoryQuestion = { root, files, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await session.call(tool, question);
    const some = checked(answer, repositoryFinding);
    findings.push(...some.findings);
    for (const problem of some.problems) problems.add(problem);
    cursor = nextOf(answer);
    if (cursor === undefined) return join(findings, [...problems], asked);
  }
  throw new NoAnswer(`its answer about the repository does not end within ${MOST_PAGES} pages`);
}

function nextOf(answer: unknown): string | undefined {
  const next = typeof answer === 'object' && answer !== null && 'nextCursor' in answer ? answer.nextCursor : undefined;
  return typeof next === 'string' && next !== '' ? next.slice(0, 1024) : undefined;
}

function join(findings: readonly RepositoryFinding[], problems: readonly string[], { scanner, root, workspace }: Asked): Joined {
  const byFile = groupBy(workspace.resources, ({ source }) => source.file);
  const byAddress = new Map<string, Resource[]>();
  const name = (address: string, resource: Resource): void => {
    const same = byAddress.get(address);
    if (same === undefined) byAddress.set(address, [resource]);
    else if (!same.includes(resource)) same.push(resource);
  };
  for (const resource of workspace.resources) {
    name(resource.address, resource);
    for (const { address } of resource.instances) name(address, resource);
  }
  const joined = new Map<string, ScannerFinding[]>();
  const unplaced: RepositoryFinding[] = [];
  for (const finding of findings) {
    const file = finding.file === undefined ? undefined : fromRoot(finding.file, root);
    const resources =
      finding.address === undefined
        ? (byFile.get(file ?? '') ?? []).filter(({ source }) => liesIn(finding, source.start.line, source.end.line))
        : (byAddress.get(finding.address) ?? []).filter(({ source }) => file === undefined || source.file === file);
    if (resources.length === 0) unplaced.push(finding);
    for (const resource of resources) {
      const own = joined.get(keyOf(resource)) ?? [];
      own.push(joinedFinding(finding, { scanner, resource, source: workspace.source(resource.source.file) }));
      joined.set(keyOf(resource), own);
    }
  }
  return { of: (resource) => joined.get(keyOf(resource)) ?? [], problems, diagnostics: told(unplaced, scanner, root) };
}

function liesIn({ startLine }: RepositoryFinding, first: number, last: number): boolean {
  return startLine !== undefined && first <= startLine && startLine <= last;
}

/** With `/`, and without what leads there. */
function fromRoot(file: string, root: string): string {
  const relative = path.isAbsolute(file) ? path.relative(root, file) : path.normalize(file);
  return relative.replaceAll(path.sep, '/');
}

/** Told and not counted: without a resource nothing was judged that the gate could hold against the change. */
function told(findings: readonly RepositoryFinding[], scanner: string, root: string): Diagnostic[] {
  const diagnostics = findings.slice(0, MOST_TOLD).map((finding): Diagnostic => {
    const place =
      finding.address ?? [finding.file === undefined ? 'an unnamed file' : fromRoot(finding.file, root), finding.startLine].join(':');
    const message = `${finding.severity} finding ${identifier(finding.ruleId)} of the scanner ${scanner} lies in no resource (${oneLine(place, 200)}): ${oneLine(finding.message, 300)}`;
    return { level: 'warning', code: 'scanner-unplaced', message };
  });
  const more = findings.length - diagnostics.length;
  if (more > 0)
    diagnostics.push({
      level: 'warning',
      code: 'scanner-unplaced',
      message: `${more} more findings of the scanner ${scanner} lie in no resource`,
    });
  return diagnostics;
}
