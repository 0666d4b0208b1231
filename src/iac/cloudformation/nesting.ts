/** Templates that a template calls as nested stacks, each read inside its caller, once for each call. */
import { dirname, join } from 'node:path/posix';
import type { Span } from '../../domain/source.ts';
import { at, unknown } from '../../domain/value.ts';
import type { Value } from '../../domain/value.ts';
import { entryOf } from './ast.ts';
import type { MappingNode, Node } from './ast.ts';
import { Evaluator } from './evaluate.ts';
import type { Budget, Surroundings } from './evaluate.ts';
import { callOf, TOP } from './evaluation.ts';
import type { Passed } from './evaluation.ts';
import type { Facts } from './facts.ts';
import { expandLoops } from './loops.ts';
import { shorten } from './problems.ts';
import type { Problems } from './problems.ts';
import { isLoop } from './template.ts';
import type { Declaration, Template, TemplateReading } from './template.ts';

/** Where a nested stack comes from: a file, relative to the audited root, or somewhere else, in the template's words. */
type Origin = { readonly file: string } | { readonly elsewhere: string };

/** Null when a resource is no nested stack, or says nothing of where it comes from. Applications of SAM are nested stacks by now. */
function originOf(type: string, body: Node, caller: string): Origin | null {
  if (type !== STACK) return null;
  const properties = entryOf(body, 'Properties')?.value;
  const node = entryOf(properties, LOCATION)?.value;
  if (node === undefined && (properties === undefined || isPlain(properties))) return null;
  const written = node?.kind === 'scalar' && node.tag === null && typeof node.value === 'string' ? node.value : null;
  const location = assetOf(body) ?? written;
  if (location === null) return { elsewhere: 'an address that is not a plain text' };
  if (/^[a-z][a-z0-9+.-]*:/iu.test(location) || location.startsWith('/')) return { elsewhere: shorten(location) };
  return { file: join(dirname(caller), location) };
}

/** A map that says all itself: no alias, no function, no merge key. */
function isPlain(node: Node): node is MappingNode {
  return node.kind === 'mapping' && callOf(node) === null && !node.entries.some(({ merge }) => merge);
}

const [STACK, LOCATION] = ['AWS::CloudFormation::Stack', 'TemplateURL'];

/** CDK writes the address of an uploaded file, and notes beside it which file that is. */
function assetOf(body: Node): string | null {
  const metadata = entryOf(body, 'Metadata')?.value;
  const [path, of] = [entryOf(metadata, 'aws:asset:path')?.value, entryOf(metadata, 'aws:asset:property')?.value];
  return path?.kind === 'scalar' && of?.kind === 'scalar' && of.value === LOCATION ? String(path.value) : null;
}

/** Cheap: whether a text may call another template. */
export function mayCall(text: string): boolean {
  return text.includes(STACK) || text.includes('AWS::Serverless::Application') || /\\[ux]/u.test(text);
}

/** Files that a template calls, in loops too. */
export function calledFiles(template: Template): string[] {
  const called: string[] = [];
  const look = (type: unknown, body: Node): void => {
    const origin = typeof type === 'string' ? originOf(type, body, template.source.file) : null;
    if (origin !== null && 'file' in origin) called.push(origin.file);
  };
  for (const { type, body } of template.resources.values()) look(type, body);
  const fragments = template.loops.map(({ value }) => value);
  for (let node = fragments.pop(); node !== undefined; node = fragments.pop()) {
    const fragment = node.kind === 'sequence' ? node.items[2] : undefined;
    for (const { value, ...entry } of fragment?.kind === 'mapping' ? fragment.entries : []) {
      const type = entryOf(value, 'Type')?.value;
      if (isLoop({ ...entry, value })) fragments.push(value);
      else if (type?.kind === 'scalar') look(type.value, value);
    }
  }
  return called;
}

/** What the templates of one root share. */
export interface Family {
  readonly budget: Budget;
  /** What the root's parameters are given. */
  readonly given: ReadonlyMap<string, Value>;
  /** A template by its file. */
  readonly find: (file: string) => TemplateReading | undefined;
  /** Of a template's file. */
  readonly problems: (template: Template) => Problems;
  nodes: number;
}

export function isWhole(reading: TemplateReading | undefined): boolean {
  return reading?.diagnostics.every(({ level }) => level !== 'undecided') === true;
}

/** More calls than this in one root are not followed, and no more within each other. */
const MOST_CALLS = 10_000;
const MOST_WITHIN = 100;

interface Call {
  readonly parent: StackNode;
  readonly declaration: Declaration;
}

/** A template as the root or one call of it reads it. */
export class StackNode implements Surroundings {
  readonly template: Template;
  readonly evaluator: Evaluator;
  readonly prefix: string;
  readonly problems: Problems;
  /** Whether its text was read without complaint; what is not understood as a whole is not changed. */
  readonly whole: boolean;
  readonly #children = new Map<string, StackNode | null>();
  readonly #family: Family;
  readonly #call: Call | null;
  readonly #arguments = new Map<string, Passed | null>();
  readonly #outputs = new Map<string, Passed | null>();
  /** Its parameters, or properties with them, where they are not plainly listed. */
  #unsorted: Passed | undefined;

  constructor(family: Family, template: Template, whole: boolean, call: Call | null) {
    this.#family = family;
    this.#call = call;
    this.whole = whole;
    this.prefix = call === null ? '' : `${call.parent.prefix}${call.declaration.entry.key}.`;
    this.problems = family.problems(template);
    this.template = template;
    const plain = new Evaluator(template, this);
    this.template = expandLoops(template, {
      problems: this.problems,
      collection: (node) => plain.value(node, TOP),
      mayGrow: (node) => plain.mayGrow(node),
    });
    this.evaluator = this.template === template ? plain : new Evaluator(this.template, this);
  }

  get budget(): Budget {
    return this.#family.budget;
  }

  /** Its own file and those that it calls, which may hold no template that can be told. */
  get called(): readonly string[] {
    return [this.template.source.file, ...calledFiles(this.template).filter((file) => this.#family.find(file) !== undefined)];
  }

  /** Itself and all below it, callers first. */
  nodes(): StackNode[] {
    const nodes: StackNode[] = [this];
    // Grows while it is walked.
    for (const node of nodes) nodes.push(...[...node.template.resources.keys()].flatMap((name) => node.#child(name) ?? []));
    return nodes;
  }

  /** Whether a condition keeps it from being there. */
  get gone(): boolean {
    return this.#call !== null && (this.#call.parent.gone || this.#call.parent.stands(this.#call.declaration).gone);
  }

  /** Whether a resource is there, and what holds if so. */
  stands({ body }: Declaration): { readonly gone: boolean; readonly facts: Facts | null } {
    const condition = entryOf(body, 'Condition')?.value;
    if (condition?.kind !== 'scalar') return { gone: false, facts: null };
    const name = String(condition.value);
    const holds = this.evaluator.condition(name, null);
    return { gone: holds === false, facts: holds === undefined ? this.evaluator.assuming(name, true, TOP).facts : null };
  }

  argument(parameter: string): Passed | null {
    if (this.#call === null) {
      const value = this.#family.given.get(parameter);
      return value === undefined ? null : { value, mentions: [] };
    }
    const before = this.#arguments.get(parameter);
    if (before !== undefined) return before;
    this.#arguments.set(parameter, this.#circle());
    const passed = this.#argument(parameter, this.#call);
    this.#arguments.set(parameter, passed);
    return passed;
  }

  output(logicalId: string, name: string): Passed | null {
    const child = this.#child(logicalId);
    return child === null ? null : child.#output(name);
  }

  #output(name: string): Passed | null {
    const before = this.#outputs.get(name);
    if (before !== undefined) return before;
    this.#outputs.set(name, this.#circle());
    const entry = this.template.outputs.get(name);
    const node = entryOf(entry?.value, 'Value')?.value;
    const condition = entryOf(entry?.value, 'Condition')?.value;
    const there = condition?.kind !== 'scalar' || this.evaluator.condition(String(condition.value), null) !== false;
    const passed = node === undefined || !there ? null : this.evaluator.pass(node, null);
    this.#outputs.set(name, passed);
    return passed;
  }

  /** What a value is while it is being asked for. */
  #circle(): Passed {
    return { value: unknown('templates ask each other for it in a circle', this.template.source.span(0, 0)), mentions: [] };
  }

  /** Parameters that are not plainly listed are evaluated as a whole. */
  #argument(parameter: string, { parent, declaration }: Call): Passed | null {
    const properties = entryOf(declaration.body, 'Properties')?.value;
    const parameters = entryOf(properties, 'Parameters')?.value;
    const { facts } = parent.stands(declaration);
    if (parameters !== undefined && isPlain(parameters)) {
      const own = entryOf(parameters, parameter)?.value;
      return own === undefined ? null : parent.evaluator.pass(own, facts);
    }
    const whole = parameters ?? properties;
    if (whole === undefined || (parameters === undefined && isPlain(whole))) return null;
    const { value, mentions } = (this.#unsorted ??= parent.evaluator.pass(whole, facts));
    return { value: at(value, ...(parameters === undefined ? ['Parameters'] : []), parameter), mentions };
  }

  /** Made when asked for, since one may need the outputs of another. */
  #child(logicalId: string): StackNode | null {
    const before = this.#children.get(logicalId);
    if (before !== undefined) return before;
    this.#children.set(logicalId, null);
    const declaration = this.template.resources.get(logicalId);
    const child = declaration === undefined ? null : this.#follow(declaration);
    this.#children.set(logicalId, child);
    return child;
  }

  #follow(declaration: Declaration): StackNode | null {
    const { entry, type, body } = declaration;
    const { file: caller } = this.template.source;
    const origin = originOf(type, body, caller);
    if (origin === null) return null;
    const address = shorten(this.prefix + entry.key);
    if ('elsewhere' in origin) {
      const message = `${address} comes from ${origin.elsewhere}, which is no file of this repository and not read; what it declares is not audited`;
      this.problems.unresolvedAt('unresolved-module', message, this.#header(declaration));
      return null;
    }
    const { file } = origin;
    const reading = this.#family.find(file);
    if (reading === undefined)
      return this.#refuse(
        declaration,
        'unresolved-module',
        `${address} comes from ${shorten(file)}, which is no template; correct its address or commit the template`,
      );
    if (this.isWithin(file))
      return this.#refuse(declaration, 'module-cycle', `${address} calls ${shorten(file)}, which is being called already; break the cycle`);
    this.#family.nodes += 1;
    if (this.#family.nodes > MOST_CALLS || this.prefix.split('.').length > MOST_WITHIN) {
      this.problems.undecidedFirst(
        'limit-eval',
        `more than ${MOST_CALLS} nested stacks, or more than ${MOST_WITHIN} within each other, are over the limit; the others are not read`,
        this.#header(declaration),
      );
      return null;
    }
    if (reading.template === null) return null;
    return new StackNode(this.#family, reading.template, isWhole(reading), { parent: this, declaration });
  }

  #refuse(declaration: Declaration, code: string, message: string): null {
    this.problems.undecidedOnce(code, message, this.#header(declaration));
    return null;
  }

  #header({ entry, shift }: Declaration): Span {
    return this.evaluator.span(entry.keyRange, { ...TOP, shift });
  }

  /** Whether a file is read here or further up. */
  isWithin(file: string): boolean {
    return this.template.source.file === file || this.#call?.parent.isWithin(file) === true;
  }
}
