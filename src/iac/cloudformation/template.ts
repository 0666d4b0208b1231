/** The sections of a template, found in its tree. */
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { SourceText } from '../../domain/source.ts';
import type { Limits } from '../limits.ts';
import { entryOf } from './ast.ts';
import type { Entry, MappingNode, Node } from './ast.ts';
import { parseJson } from './json.ts';
import type { Parsed } from './parsed.ts';
import { Problems, shorten } from './problems.ts';
import { expandServerless } from './serverless/index.ts';
import type { Origin } from './serverless/index.ts';
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
  readonly outputs: ReadonlyMap<string, Entry>;
  /** Names of the macros that work on it as a whole. */
  readonly transforms: ReadonlySet<string>;
  /** Those entries of `Resources` that are an `Fn::ForEach`. */
  readonly loops: readonly Entry[];
  readonly resources: ReadonlyMap<string, Declaration>;
  /** Where changes go of those resources that AWS::Serverless made or extended. */
  readonly origins: ReadonlyMap<string, Origin>;
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
  const transforms = transformsOf(tree, problems);
  const written = [tree, ...others].flatMap((each) => resourcesOf(each, problems));
  const { entries, origins } = expandServerless({ tree, transforms, entries: written }, problems);
  const looping = transforms.has('AWS::LanguageExtensions');
  const template = {
    source,
    shift: IN_PLACE,
    tree,
    anchored,
    origins,
    format,
    transforms,
    parameters: mapsOf(section(tree, 'Parameters', problems), problems, isParameter),
    mappings: mapsOf(section(tree, 'Mappings', problems), problems, isTable),
    conditions: section(tree, 'Conditions', problems),
    outputs: section(tree, 'Outputs', problems),
    loops: looping ? entries.filter(isLoop) : [],
    resources: declarations(looping ? entries.filter((entry) => !isLoop(entry)) : entries, IN_PLACE, problems),
  };
  for (const unread of ['Rules', 'Hooks', 'Metadata']) section(tree, unread, problems);
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

/** Keeps those entries that have the shape of their section; a function that fills the section is left to whoever looks for its names. */
function mapsOf(entries: ReadonlyMap<string, Entry>, problems: Problems, shape: Shape): Map<string, Entry> {
  const result = new Map<string, Entry>();
  for (const [name, entry] of entries) {
    const node = entry.value.kind === 'alias' ? entry.value.target : entry.value;
    if (name.startsWith('Fn::') || entry.merge || (node !== null && shape.fits(node))) result.set(name, entry);
    else problems.undecided('invalid-section', `${shorten(name)} is no ${shape.words}; correct it`, entry.keyRange);
  }
  return result;
}

interface Shape {
  readonly words: string;
  readonly fits: (node: Node) => boolean;
}

const isParameter: Shape = {
  words: 'map with a Type, as a parameter is',
  fits: (node) => entryOf(node, 'Type')?.value.kind === 'scalar',
};

const isTable: Shape = {
  words: 'map of maps, as a mapping is',
  fits: (node) => node.kind === 'mapping' && node.entries.every(({ value, key }) => value.kind !== 'scalar' || key.startsWith('Fn::')),
};

/** Macros of AWS that change nothing that is looked at, or whose work is done here. */
const KNOWN_TRANSFORMS: ReadonlySet<string> = new Set([
  'AWS::LanguageExtensions',
  'AWS::Serverless-2016-10-31',
  'AWS::SecretsManager-2020-07-23',
  'AWS::SecretsManager-2024-09-16',
  'AWS::CodeDeployBlueGreen',
  'AWS::CodeStar',
]);

function transformsOf(tree: MappingNode, problems: Problems): Set<string> {
  const names = new Set<string>();
  for (const { key, keyRange, value } of tree.entries) {
    if (key !== 'Transform' && key !== 'Fn::Transform') continue;
    for (const each of value.kind === 'sequence' ? value.items : [value]) {
      const node = entryOf(each, 'Name')?.value ?? each;
      const name = node.kind === 'scalar' ? String(node.value) : 'that has no name here';
      names.add(name);
      if (KNOWN_TRANSFORMS.has(name)) continue;
      problems.warningAt(
        'unresolved-macro',
        `the macro ${shorten(name)} changes the template before it is deployed and is not run here; what it adds is not audited`,
        problems.source.span(keyRange.start, keyRange.end),
      );
    }
  }
  return names;
}

export function isLoop({ key }: Entry): boolean {
  return key.startsWith('Fn::ForEach::');
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
    if (name.includes('.'))
      problems.undecided(
        'invalid-resource',
        `${shorten(name)} is no logical id, which has letters and digits alone; rename it`,
        entry.keyRange,
      );
    if (name.startsWith('Fn::')) {
      const why = isLoop(entry) ? '; it needs the transform AWS::LanguageExtensions' : '';
      problems.undecided(
        'unsupported-function',
        `the resources that ${shorten(name)} makes are not known here, so they are not audited${why}`,
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
