/** The sections of a template, found in its tree. */
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { SourceText } from '../../domain/source.ts';
import type { Limits } from '../limits.ts';
import { entryOf } from './ast.ts';
import type { Entry, MappingNode, Node } from './ast.ts';
import { parseJson } from './json.ts';
import type { Parsed } from './parsed.ts';
import { Problems, shorten } from './problems.ts';
import { parseYaml } from './yaml.ts';

export interface Template {
  readonly source: SourceText;
  /** Of its nodes, but for those of declarations that say otherwise. */
  readonly shift: Shift;
  readonly tree: MappingNode;
  /** Whether a part of it may stand for another. */
  readonly anchored: boolean;
  readonly format: 'yaml' | 'json';
  readonly parameters: ReadonlyMap<string, Entry>;
  readonly mappings: ReadonlyMap<string, Entry>;
  readonly conditions: ReadonlyMap<string, Entry>;
  readonly resources: ReadonlyMap<string, Declaration>;
}

/** Where nodes stand when they were read from an earlier text or a part of this one: offsets at or after `from` are `by` further on. */
export interface Shift {
  readonly from: number;
  readonly by: number;
}

export const IN_PLACE: Shift = { from: 0, by: 0 };

/** One entry of `Resources`. */
export interface Declaration {
  readonly shift: Shift;
  readonly entry: Entry;
  readonly body: MappingNode;
  readonly type: string;
}

export interface TemplateReading {
  readonly verdict: 'template' | 'broken' | 'something else';
  /** Null when nothing of it can be told. */
  readonly template: Template | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** A text that does not parse as a whole gives what can be told of it. */
export function readTemplate(source: SourceText, limits: Limits): TemplateReading {
  const { tree, others, anchored, format, diagnostics } = parse(source, limits);
  const broken = diagnostics.length > 0 && (looksLikeTemplate(source.text) || diagnostics.some(({ code }) => code === 'limit-depth'));
  if (tree?.kind !== 'mapping') return { template: null, diagnostics, verdict: broken ? 'broken' : 'something else' };
  const problems = new Problems(source);
  const template = {
    source,
    shift: IN_PLACE,
    tree,
    anchored,
    format,
    parameters: section(tree, 'Parameters', problems),
    mappings: section(tree, 'Mappings', problems),
    conditions: section(tree, 'Conditions', problems),
    resources: declarations(
      [tree, ...others].flatMap((each) => resourcesOf(each, problems)),
      IN_PLACE,
      problems,
    ),
  };
  const verdict = isTemplate(template) ? 'template' : broken ? 'broken' : 'something else';
  return { template, diagnostics: [...diagnostics, ...problems.list], verdict };
}

function parse(source: SourceText, limits: Limits): Parsed & { readonly format: Template['format'] } {
  if (looksLikeJson(source.text)) {
    const json = parseJson(source, limits);
    if (json.diagnostics.length === 0 || !/\.ya?ml$/iu.test(source.file)) return { ...json, format: 'json' };
  }
  return { ...parseYaml(source, limits), format: 'yaml' };
}

function section(tree: MappingNode, name: string, problems: Problems): Map<string, Entry> {
  const entry = entryOf(tree, name);
  if (entry === undefined) return new Map();
  if (entry.value.kind !== 'mapping' || entry.value.tag !== null) {
    problems.undecided('invalid-section', `${name} is a map of names; this is not, so it is not read`, entry.keyRange);
    return new Map();
  }
  return new Map(entry.value.entries.map((each) => [each.key, each]));
}

function resourcesOf(tree: Node, problems: Problems): Entry[] {
  return tree.kind === 'mapping' ? [...section(tree, 'Resources', problems).values()] : [];
}

/** Those entries of `Resources` that declare one. */
export function declarations(entries: readonly Entry[], shift: Shift, problems: Problems): Map<string, Declaration> {
  const result = new Map<string, Declaration>();
  for (const entry of entries) {
    const name = entry.key;
    if (result.has(name)) continue;
    if (name.startsWith('Fn::')) {
      problems.undecided(
        'unsupported-function',
        `the resources that ${shorten(name)} makes are not known here, so they are not audited`,
        entry.keyRange,
      );
      continue;
    }
    const body = entry.value.kind === 'alias' ? entry.value.target : entry.value;
    const type = entryOf(body, 'Type')?.value;
    if (
      body?.kind !== 'mapping' ||
      entry.value.kind === 'alias' ||
      type?.kind !== 'scalar' ||
      typeof type.value !== 'string' ||
      type.value === ''
    ) {
      problems.undecided(
        'invalid-resource',
        `${shorten(name)} is no map with a Type that can be read here, as a resource must be, so it is not audited`,
        entry.keyRange,
      );
      continue;
    }
    result.set(name, { shift, entry, body, type: type.value });
  }
  return result;
}

export function looksLikeJson(text: string): boolean {
  return /^\uFEFF?\s*\{/u.test(text);
}

/** Cheap: false for a text that can be no template, however its keys are written. */
export function mayBeTemplate(text: string): boolean {
  const plain = /\\[ux]/u.test(text) ? unescaped(text) : text;
  return plain.includes('AWSTemplateFormatVersion') || (plain.includes('Resources') && /AWS::|Alexa::|Custom::|Fn::/u.test(plain));
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))/gu, (_, four?: string, two?: string) =>
    String.fromCharCode(Number.parseInt(four ?? two ?? '0', 16)),
  );
}

/** Cheap: whether a text that cannot be parsed was most likely meant as a template. */
export function looksLikeTemplate(text: string): boolean {
  return (
    /(?:^|[{,])[\t \r\n]*["']?AWSTemplateFormatVersion["']?[\t ]*:/mu.test(text) ||
    (/(?:^[\t ]*|[{,"'])Resources["']?[\t ]*:/mu.test(text) && /\bType["']?[\t ]*:[\t ]*["']?(?:AWS|Alexa|Custom)::/u.test(text))
  );
}

/** Whether a parsed text is a template: by its version, or a resource with a type of AWS or made by a function. */
function isTemplate({ tree, resources }: Template): boolean {
  if (entryOf(tree, 'AWSTemplateFormatVersion') !== undefined) return true;
  if ([...resources.values()].some(({ type }) => /^(?:AWS|Alexa|Custom)::/u.test(type))) return true;
  const section = entryOf(tree, 'Resources')?.value;
  return section?.kind === 'mapping' && section.entries.some(({ key }) => key.startsWith('Fn::'));
}
