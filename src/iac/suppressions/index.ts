/** Suppressions as they stand in the sources of a workspace. */
import type { Diagnostic } from '../../domain/diagnostic.ts';
import { groupBy } from '../../domain/group-by.ts';
import type { Resource } from '../../domain/resource.ts';
import type { Rule } from '../../domain/rule.ts';
import type { Suppression } from '../../domain/silences.ts';
import type { SourceText, Span } from '../../domain/source.ts';
import type { Workspace } from '../../domain/workspace.ts';
import { formatOf } from '../format.ts';
import { marksInTemplate } from './cloudformation.ts';
import { mayHoldDirectives } from './directive.ts';
import type { Directive } from './directive.ts';
import type { Construct, Mark } from './marks.ts';
import { marksInHcl, marksInJson } from './terraform.ts';

/** A directive with the resources it is about. */
export interface Note {
  readonly directive: Directive;
  readonly resources: readonly Resource[];
  /** As in {@link Suppression}. */
  readonly scope: string;
  readonly within: Span | null;
  readonly at: Span;
}

/** Every directive in the files that declare resources, by file and place. */
export function notesIn(workspace: Workspace): Note[] {
  const byFile = groupBy(workspace.resources, ({ source }) => source.file);
  return [...byFile].flatMap(([file, resources]) => {
    const source = workspace.source(file);
    return source === undefined || !mayHoldDirectives(source.text) ? [] : notesOfFile(source, resources);
  });
}

export interface ReadSuppressions {
  readonly suppressions: readonly Suppression[];
  /** Of those that are ours and stand beside no resource. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads what the sources say; whether it counts is decided in domain/silences.ts. `rules` tell what ids of other scanners are here. */
export function readSuppressions(workspace: Workspace, rules: readonly Rule[]): ReadSuppressions {
  const notes = notesIn(workspace);
  const equivalent = equivalents(rules);
  return {
    suppressions: notes.flatMap((note) => suppressionsOf(note, equivalent)),
    diagnostics: notes.flatMap(({ directive: { scanner }, resources, at }): Diagnostic[] => {
      if (scanner !== null || resources.length > 0) return [];
      const message =
        'the suppression stands beside no resource; put it directly above a resource or one of its attributes, or behind an attribute';
      return [{ level: 'warning', code: 'misplaced-suppression', message, file: at.file, span: at }];
    }),
  };
}

/** Ids of our rules by what others call them. */
export type Equivalents = (directive: Directive) => readonly string[];

/** Our own directives name our rules. */
export function equivalents(rules: readonly Rule[]): Equivalents {
  const byName = new Map<string, string[]>();
  const add = (name: string, id: string): void => void byName.set(name, [...(byName.get(name) ?? []), id]);
  for (const { id, equivalents: named } of rules) {
    for (const [scanner, ids] of Object.entries(named)) {
      for (const each of ids) add(nameOf(scanner, each), id);
      if (ids.length > 0) add(nameOf(scanner, '*'), id);
    }
  }
  return ({ scanner, ids }) => (scanner === null ? ids : [...new Set(ids.flatMap((id) => byName.get(nameOf(scanner, id)) ?? []))]);
}

/** The same for `AVD-AWS-0086` of tfsec and `AWS-0086` of its successor. */
function nameOf(scanner: string, id: string): string {
  return `${scanner === 'tfsec' ? 'trivy' : scanner} ${id.toUpperCase().replace(/^AVD-/u, '')}`;
}

/** One without any rule is kept, as what lacks one. */
function suppressionsOf({ directive, resources, scope, within, at }: Note, equivalent: Equivalents): Suppression[] {
  const { scanner, until, flaw } = directive;
  const reason = directive.reason ?? (scanner === null ? '' : `suppressed for ${scanner}`);
  const rules = scanner === null && directive.ids.length === 0 ? ['*'] : equivalent(directive);
  return resources.flatMap(({ root, address }) =>
    rules.map((rule) => ({ rule, root, address, scope, within, reason, until, flaw, scanner, at })),
  );
}

function notesOfFile(source: SourceText, resources: readonly Resource[]): Note[] {
  const byStart = groupBy(resources, (resource) => resource.source.start.offset);
  return marksIn(source, resources).map(({ directive, start, end, beside }) => {
    const at = source.span(start, end);
    switch (directive.reach) {
      case 'file':
        return { directive, resources, scope: '', within: null, at };
      case 'around': {
        const around = resources.filter((resource) => resource.source.start.offset <= start && start < resource.source.end.offset);
        return { directive, resources: around, scope: '', within: null, at };
      }
      case 'beside':
        return { directive, at, ...aboutOf(beside, byStart, source) };
      default:
        return directive.reach satisfies never;
    }
  });
}

function marksIn(source: SourceText, [resource]: readonly Resource[]): Mark[] {
  if (resource?.framework === 'cloudformation') return marksInTemplate(source);
  // What has no source but a plan has no comments.
  if (formatOf(source.file)?.kind !== 'terraform') return [];
  return source.file.endsWith('.json') ? marksInJson(source) : marksInHcl(source);
}

function aboutOf(
  beside: Construct | null,
  byStart: ReadonlyMap<number, readonly Resource[]>,
  source: SourceText,
): Pick<Note, 'resources' | 'scope' | 'within'> {
  const names: string[] = [];
  for (let construct = beside; construct !== null; construct = construct.parent) {
    const resources = byStart.get(construct.start);
    if (resources !== undefined && beside !== null) {
      // The body of a resource in JSON may be a list of one.
      const isWhole = names.every((name) => name === '*');
      return { resources, scope: isWhole ? '' : names.join('.'), within: isWhole ? null : source.span(beside.start, beside.end) };
    }
    names.unshift(construct.name);
  }
  return { resources: [], scope: '', within: null };
}
