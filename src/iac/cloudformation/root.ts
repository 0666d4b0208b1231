/** A template and the nested stacks that it calls as a root. */
import { groupBy } from '../../domain/group-by.ts';
import { ReferenceLiteral } from '../../domain/change.ts';
import type { Change, Literal } from '../../domain/change.ts';
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { Resource } from '../../domain/resource.ts';
import type { Edit, SourceText } from '../../domain/source.ts';
import type { Value } from '../../domain/value.ts';
import type { Limits } from '../limits.ts';
import type { Root, RootCopy } from '../root.ts';
import type { Node } from './ast.ts';
import { planEdits } from './edits/index.ts';
import { isLiteralList, isLiteralMap } from './edits/print.ts';
import { Budget } from './evaluate.ts';
import { isWhole, StackNode } from './nesting.ts';
import type { Family } from './nesting.ts';
import { Problems } from './problems.ts';
import { rereadDeclaration } from './reread.ts';
import { Stack } from './resources.ts';
import { readTemplate } from './template.ts';
import type { Template, TemplateReading } from './template.ts';

export interface RootInput {
  readonly path: string;
  readonly find: (file: string) => TemplateReading | undefined;
  readonly limits: Limits;
  /** Values of parameters. */
  readonly given: ReadonlyMap<string, Value>;
}

export class TemplateRoot implements Root {
  readonly path: string;
  readonly framework = 'cloudformation';
  readonly files: readonly string[];
  /** Files of the templates alone. */
  readonly templates: readonly string[];
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
  readonly #input: RootInput;
  /** Null when nothing of the text can be told. */
  readonly #stack: Stack | null;

  constructor(input: RootInput) {
    this.path = input.path;
    this.#input = input;
    const node = nodeOf(input, input.find(input.path)?.template ?? null);
    this.#stack = node === null ? null : new Stack(node);
    const resources = this.#stack?.resources ?? [];
    this.resources = resources;
    this.templates = [...new Set([input.path, ...(this.#stack?.nodes ?? []).flatMap(({ called }) => called)])];
    const used = new Set([...input.given].filter(([name]) => this.declares(name)).map(([, { span }]) => span.file));
    this.files = [...this.templates, ...used];
    this.diagnostics = [
      ...this.templates.flatMap((file) => input.find(file)?.diagnostics ?? []),
      ...(this.#stack?.diagnostics(resources) ?? []),
    ];
  }

  declares(parameter: string): boolean {
    return this.#stack?.nodes[0]?.template.parameters.has(parameter) === true;
  }

  edits(changes: readonly Change[]): readonly Edit[] | null {
    const stack = this.#stack;
    if (stack === null) return null;
    const edits: Edit[] = [];
    for (const [node, own] of groupBy(changes, (change) => stack.nodeOf(subjectOf(change).address))) {
      if (node === undefined || !node.whole || own.some((change) => !mayChange(change, node))) return null;
      const planned = planEdits(node.template, node.prefix === '' ? own : own.map((change) => localChange(change, node)));
      if (planned === null) return null;
      edits.push(...planned);
    }
    const places = groupBy(changes.map(subjectOf), ({ source }) => `${source.file}\u0000${source.start.offset}`);
    return [...places.values()].every((subjects) => new Set(subjects.map(({ address }) => address)).size === 1) ? edits : null;
  }

  reread(texts: ReadonlyMap<string, SourceText>): RootCopy {
    const said = new Set(this.diagnostics.map(words));
    const news = (diagnostics: readonly Diagnostic[]): Diagnostic[] => diagnostics.filter((diagnostic) => !said.has(words(diagnostic)));
    const alone = this.#rereadAlone(texts);
    if (alone !== null) return { ...alone, diagnostics: news(alone.diagnostics) };
    const readings = new Map([...texts].map(([file, source]) => [file, readTemplate(source, this.#input.limits)]));
    const root = new TemplateRoot({ ...this.#input, find: (file) => readings.get(file) ?? this.#input.find(file) });
    const before = new Set(this.resources.map(({ address }) => address));
    const after = new Map(root.resources.map((resource) => [resource.address, resource]));
    return {
      diagnostics: news(root.diagnostics),
      added: root.resources.filter(({ address }) => !before.has(address)),
      removed: [...before].filter((address) => !after.has(address)),
      resource: (address) => after.get(address),
    };
  }

  /** Where one declaration of a template without nested stacks changed; null otherwise. */
  #rereadAlone(texts: ReadonlyMap<string, SourceText>): RootCopy | null {
    const [node, another] = this.#stack?.nodes ?? [];
    const source = texts.get(this.path);
    if (this.#stack === null || node === undefined || another !== undefined || !node.whole || source === undefined) return null;
    const part = rereadDeclaration(node.template, source, this.#input.limits);
    const copy = part === null ? null : nodeOf(this.#input, part.template);
    if (part === null || copy === null) return null;
    const stack = new Stack(copy, { stack: this.#stack, changed: part.changed });
    const changed = [...part.changed].flatMap((address) => stack.resource(address) ?? []);
    return {
      diagnostics: stack.diagnostics(changed),
      added: changed.filter(({ address }) => !node.template.resources.has(address)),
      removed: [],
      resource: (address) => stack.resource(address),
    };
  }
}

function nodeOf({ find, limits, given }: RootInput, template: Template | null): StackNode | null {
  if (template === null) return null;
  const problems = new Map<string, Problems>();
  const family: Family = {
    budget: new Budget(limits),
    given,
    find,
    problems: ({ source }) => {
      const own = problems.get(source.file) ?? new Problems(source);
      problems.set(source.file, own);
      return own;
    },
    nodes: 0,
  };
  return new StackNode(family, template, isWhole(find(template.source.file)), null);
}

function subjectOf(change: Change): Resource {
  return change.kind === 'add' ? change.beside : change.resource;
}

/** Nothing is written where the text is that of several: inside a loop, or beside what one makes. */
function mayChange(change: Change, { template, prefix }: StackNode): boolean {
  const declaration = template.resources.get(subjectOf(change).address.slice(prefix.length));
  return declaration !== undefined && !holdsLooped(declaration.body) && (change.kind !== 'add' || declaration.entry.looped !== true);
}

function holdsLooped(node: Node): boolean {
  if (node.kind === 'sequence') return node.items.some(holdsLooped);
  return node.kind === 'mapping' && node.entries.some(({ looped, value }) => looped === true || holdsLooped(value));
}

/** A change to a nested stack in the words of its own template. */
function localChange(change: Change, node: StackNode): Change {
  switch (change.kind) {
    case 'set':
      return { ...change, resource: localResource(change.resource, node), value: localLiteral(change.value, node) };
    case 'remove':
      return { ...change, resource: localResource(change.resource, node) };
    case 'add': {
      const attributes = Object.fromEntries(Object.entries(change.attributes).map(([key, value]) => [key, localLiteral(value, node)]));
      return { ...change, beside: localResource(change.beside, node), attributes };
    }
    default:
      return change satisfies never;
  }
}

function localLiteral(literal: Literal, node: StackNode): Literal {
  if (literal instanceof ReferenceLiteral)
    return new ReferenceLiteral(localResource(literal.resource, node), literal.attribute, literal.suffix);
  if (isLiteralList(literal)) return literal.map((item) => localLiteral(item, node));
  if (!isLiteralMap(literal)) return literal;
  return Object.fromEntries(Object.entries(literal).map(([key, value]) => [key, localLiteral(value, node)]));
}

/** One of another template stays as it is, and cannot be referred to. */
function localResource(resource: Resource, { prefix, template }: StackNode): Resource {
  const { address, type, framework, source, header } = resource;
  const name = address.slice(prefix.length);
  if (!address.startsWith(prefix) || !template.resources.has(name)) return resource;
  return { root: template.source.file, address: name, type, framework, source, header, instances: [], related: [] };
}

function words({ level, code, message }: Diagnostic): string {
  return `${level}\u0000${code}\u0000${message}`;
}
