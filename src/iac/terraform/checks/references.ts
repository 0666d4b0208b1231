/** References of a folder to what it does not declare: Terraform refuses them wherever they stand, evaluated or not. */
import type { Diagnostic } from '../../../domain/diagnostic.ts';
import type { SourceText } from '../../../domain/source.ts';
import type { Folder, ParsedSource } from '../folder.ts';
import { findAttribute } from '../folder.ts';
import type { Attribute, Block, Body, Range } from '../syntax/ast.ts';
import type { Bound, Reference } from '../syntax/references.ts';
import { bind, mentions } from '../syntax/references.ts';
import { refusal } from './refusal.ts';

/** Top-level blocks whose expressions refer to the folder's declarations. */
const CHECKED = new Set(['resource', 'data', 'ephemeral', 'module', 'output', 'locals', 'provider', 'check']);

/** Arguments by the block that they stand in, whose words are no references or mean something else. */
const UNCHECKED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['resource', new Set(['provider'])],
  ['data', new Set(['provider'])],
  ['ephemeral', new Set(['provider'])],
  ['module', new Set(['source', 'version', 'providers'])],
  ['provisioner', new Set(['when', 'on_failure'])],
]);
const WORDS_IN_LIFECYCLE = new Set([
  'create_before_destroy',
  'prevent_destroy',
  'ignore_changes',
  'replace_triggered_by',
  'enabled',
  'action_trigger',
  'destroy',
]);

/** Names that the language gives a meaning in every folder. */
const GIVEN = new Set(['terraform', 'tofu']);
const PATHS = new Set(['cwd', 'module', 'root']);

/** Where a reference stands. */
export interface Spot extends Range {
  readonly source: SourceText;
}

export interface References {
  /** What is wrong with them; nothing where a file of the folder could not be read wholly, since what it lost may be what is missing. */
  readonly undeclared: readonly Diagnostic[];
  /** What refers to what: `local.x`, `aws_x.y`, `data.aws_x.y`. */
  readonly graph: ReadonlyMap<string, ReadonlyMap<string, Spot>>;
}

/** `files`: those of the folder that are looked at, all when not given. */
export function referencesIn(folder: Folder, files: Iterable<ParsedSource> = folder.files.values()): References {
  const finder = new Finder(folder);
  for (const { source, parsed } of files) {
    for (const item of parsed.body.items) if (item.kind === 'block' && CHECKED.has(item.type)) finder.visit(item, source);
  }
  const whole = [...folder.files.values()].every(({ parsed }) => parsed.errors.length === 0);
  return { undeclared: whole ? finder.undeclared : [], graph: finder.graph };
}

interface Place {
  readonly source: SourceText;
  /** Words of the block it stands in: `each`, `count`, `self`. */
  readonly words: ReadonlySet<string>;
  readonly bound: Bound | undefined;
  /** What the declaration that it stands in refers to; undefined where nothing can refer to that. */
  readonly edges: Map<string, Spot> | undefined;
}

class Finder {
  readonly undeclared: Diagnostic[] = [];
  readonly graph = new Map<string, Map<string, Spot>>();
  readonly #said = new Set<string>();
  readonly #folder: Folder;
  #ephemeral: ReadonlySet<string> | undefined;
  #scoped: ReadonlySet<string> | undefined;

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  #isEphemeral(name: string): boolean {
    this.#ephemeral ??= new Set(blocksOf(this.#folder, 'ephemeral').map(nameOf));
    return this.#ephemeral.has(name);
  }

  /** A data source that a `check` declares for itself. */
  #isScoped(name: string): boolean {
    this.#scoped ??= new Set(
      blocksOf(this.#folder, 'check').flatMap(({ body }) => body.items.flatMap((item) => (item.kind === 'block' ? nameOf(item) : []))),
    );
    return this.#scoped.has(name);
  }

  visit(block: Block, source: SourceText): void {
    if (block.type === 'locals') {
      for (const item of block.body.items) {
        const place = { source, words: new Set<string>(), bound: undefined, edges: this.#edgesOf(`local.${nameOfItem(item)}`) };
        if (item.kind === 'attribute') this.#expression(item, place);
      }
      return;
    }
    const name = block.type === 'resource' ? nameOf(block) : block.type === 'data' ? `data.${nameOf(block)}` : undefined;
    const edges = name === undefined ? undefined : this.#edgesOf(name);
    this.#body(block, { source, words: this.#wordsOf(block), bound: undefined, edges });
  }

  #edgesOf(name: string): Map<string, Spot> {
    const edges = this.graph.get(name) ?? new Map<string, Spot>();
    this.graph.set(name, edges);
    return edges;
  }

  #wordsOf(block: Block): Set<string> {
    // Providers and ephemeral resources of some versions have instances too.
    if (block.type === 'provider' || block.type === 'ephemeral' || block.type === 'check') return new Set(['each', 'count']);
    const { resources, data, modules } = this.#folder;
    const table = block.type === 'resource' ? resources : block.type === 'data' ? data : block.type === 'module' ? modules : undefined;
    const declaration = table?.get(nameOf(block));
    const words = new Set<string>();
    if (declaration === undefined) return words;
    if (findAttribute(declaration, 'for_each') !== undefined) words.add('each');
    if (findAttribute(declaration, 'count') !== undefined) words.add('count');
    return words;
  }

  #body({ type, body }: { readonly type: string; readonly body: Body }, place: Place): void {
    const unchecked = UNCHECKED.get(type);
    for (const item of body.items) {
      if (item.kind === 'block') this.#block(item, place);
      else if (unchecked?.has(item.name) !== true) this.#expression(item, place);
    }
  }

  #expression({ value }: Attribute, place: Place): void {
    const references = [...mentions(value, place.bound)].filter((each): each is Reference => !('kind' in each));
    for (const each of references.toSorted((a, b) => a.start - b.start)) this.#check(each, place);
  }

  #block(block: Block, place: Place): void {
    const { type, body } = block;
    if (type === 'lifecycle') {
      const items = body.items.filter((item) => !WORDS_IN_LIFECYCLE.has(nameOfItem(item)));
      this.#body({ type, body: { items } }, { ...place, words: new Set([...place.words, 'self', 'each', 'count']) });
    } else if (type === 'provisioner' || type === 'connection') {
      // They run once the resource is there, and may name it.
      this.#body(block, { ...place, words: new Set([...place.words, 'self']), edges: undefined });
    } else if (type === 'dynamic') {
      const iterator = body.items.find((item) => item.kind === 'attribute' && item.name === 'iterator');
      const named = iterator?.kind === 'attribute' && iterator.value.kind === 'variable' ? iterator.value.name : undefined;
      const inner = { ...place, bound: bind(place.bound, named ?? block.labels[0]?.value ?? '') };
      this.#body({ type, body: { items: body.items.filter((item) => item !== iterator && item.kind === 'attribute') } }, place);
      this.#body({ type, body: { items: body.items.filter((item) => item.kind === 'block') } }, inner);
    } else {
      this.#body(block, place);
    }
  }

  #check(reference: Reference, place: Place): void {
    const { names, start, end } = reference;
    const steps = names[0] === 'data' || names[0] === 'resource' ? 3 : 2;
    const name = names
      .slice(0, steps)
      .join('.')
      .replace(/^resource\./u, '');
    if (place.edges?.has(name) === false) place.edges.set(name, { source: place.source, start, end });
    const what = this.#missing(names, place.words);
    if (what !== undefined) this.#say(reference, what, place);
  }

  /** Each name once: declaring it mends all places. */
  #say(range: Range, what: string, { source }: Place): void {
    if (!this.#said.has(what)) this.undeclared.push(refusal(source, range, what, 'undeclared'));
    this.#said.add(what);
  }

  /** Why the reference leads nowhere; undefined where it may lead somewhere. */
  #missing([first, second, third]: Reference['names'], words: ReadonlySet<string>): string | undefined {
    const { variables, locals, modules, resources, data } = this.#folder;
    const unless = (declared: boolean, name: string): string | undefined =>
      declared ? undefined : `${name} is not declared in this module; declare it or correct the name`;
    if (first === 'each' || first === 'count')
      return words.has(first)
        ? undefined
        : `${first} means something only where ${first === 'each' ? 'for_each' : 'count'} is written; write it or remove this`;
    if (first === 'self')
      return words.has(first) ? undefined : 'self means something only in provisioners and conditions; name the resource';
    if (GIVEN.has(first)) return undefined;
    if (second === undefined) return alone(first);
    switch (first) {
      case 'path':
        return PATHS.has(second) ? undefined : `there is no path.${second}; it is path.module, path.root or path.cwd`;
      case 'var':
        return unless(variables.has(second), `var.${second}`);
      case 'local':
        return unless(locals.has(second), `local.${second}`);
      case 'module':
        return unless(modules.has(second), `module.${second}`);
      case 'resource':
        return third === undefined ? undefined : unless(resources.has(`${second}.${third}`), `${second}.${third}`);
      case 'ephemeral':
        return third === undefined ? undefined : unless(this.#isEphemeral(`${second}.${third}`), `ephemeral.${second}.${third}`);
      case 'data': {
        const name = `${second}.${third ?? ''}`;
        return third === undefined ? undefined : unless(data.has(name) || this.#isScoped(name), `data.${name}`);
      }
      default:
        // Words without an underscore may be kinds of declarations that newer versions have.
        return first.includes('_') ? unless(resources.has(`${first}.${second}`), `${first}.${second}`) : undefined;
    }
  }
}

function blocksOf(folder: Folder, type: string): Block[] {
  const items = [...folder.files.values()].flatMap(({ parsed }) => parsed.body.items);
  return items.filter((item): item is Block => item.kind === 'block' && item.type === type);
}

function nameOf({ labels }: Block): string {
  return labels.map(({ value }) => value).join('.');
}

function nameOfItem(item: Attribute | Block): string {
  return item.kind === 'attribute' ? item.name : item.type;
}

/** A name with nothing after it. */
function alone(name: string): string | undefined {
  if (/^(?:var|local|module|data|path)$/u.test(name)) return `${name} alone refers to nothing; name what is meant, such as ${name}.name`;
  // Types of resources, and words of newer versions, with a computed index.
  if (name.includes('_') || /^(?:resource|ephemeral)$/u.test(name)) return undefined;
  return `${name} is neither a text in quotes nor a reference; write "${name}" or what it stands for`;
}
