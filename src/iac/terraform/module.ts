/**
 * One instance of a module: gives names their values, each evaluated when first asked for and then
 * kept. A root is the instance that nobody calls.
 */
import type { Diagnostic } from '../../domain/diagnostic.ts';
import { iterate } from './values/access.ts';
import { Body, headerOf } from './body.ts';
import type { Datum, Readable, Referent } from './values/datum.ts';
import { isFailure, mapping, NULL, number, placed, placeOf, sequence, string, unknown } from './values/datum.ts';
import { evaluate } from './evaluate.ts';
import type { Declaration } from './folder.ts';
import { findAttribute } from './folder.ts';
import type { Limits } from './limits.ts';
import { MAX_INSTANCES } from './limits.ts';
import { policyDocument } from './policy-document.ts';
import type { FileAccess, Frame, Names, Scope } from './scope.ts';
import type { ModuleNode } from './tree.ts';
import { convert, readType } from './values/type.ts';

/** What all modules of a root share. */
export interface Session {
  readonly limits: Limits;
  readonly files: FileAccess;
  /** Values of the root's variables from tfvars files. */
  readonly given: ReadonlyMap<string, Datum>;
  report(diagnostic: Diagnostic): void;
}

/** Arguments of a module call that are no variables, and of a resource that are no attributes. */
const CALL_META = new Set(['source', 'version', 'providers', 'count', 'for_each', 'depends_on']);
const RESOURCE_META = new Set(['count', 'for_each', 'provider', 'depends_on', 'lifecycle', 'provisioner', 'connection']);

/** An instance key: null without count and for_each, undefined when not known. */
export type Key = string | number | null | undefined;

export class Module implements Names, Readable {
  readonly session: Session;
  readonly node: ModuleNode;
  /** With instance keys; empty for the root. */
  readonly address: string;
  readonly evaluate = evaluate;
  readonly #arguments: Body | undefined;
  /** It is there for certain. */
  readonly #exists: boolean;
  readonly #values = new Map<string, Datum | typeof RUNNING>();
  readonly #expansions = new Map<string, Expansion>();

  constructor(session: Session, node: ModuleNode, address = '', args?: Body, exists = true) {
    this.session = session;
    this.node = node;
    this.address = address;
    this.#arguments = args;
    this.#exists = exists;
  }

  get limits(): Limits {
    return this.session.limits;
  }

  get files(): FileAccess {
    return this.session.files;
  }

  resolve(first: string, second: string | undefined, third: string | undefined): { datum: Datum; taken: number } {
    if (first === 'resource' && second !== undefined && third !== undefined) return { datum: this.#resource(second, third), taken: 2 };
    if (first === 'data' && second !== undefined && third !== undefined) return { datum: this.#data(second, third), taken: 2 };
    if (second === undefined) return { datum: unknown(`${first} is not declared here`), taken: 0 };
    switch (first) {
      case 'var':
        return { datum: this.#once(`var.${second}`, () => this.#variable(second)), taken: 1 };
      case 'local':
        return { datum: this.#once(`local.${second}`, () => this.#local(second)), taken: 1 };
      case 'module':
        return { datum: this.#once(`module.${second}`, () => this.#module(second)), taken: 1 };
      case 'path':
        return { datum: this.#path(second), taken: 1 };
      case 'terraform':
      case 'tofu':
        return { datum: unknown(`${first}.${second} is known only when Terraform runs`), taken: 1 };
      case 'each':
      case 'count':
      case 'self':
        return { datum: unknown(`${first}.${second} has no meaning here`), taken: 1 };
      default:
        return { datum: this.#resource(first, second), taken: 1 };
    }
  }

  /** An output, as a caller sees it. */
  get(name: string): Datum {
    return this.#once(`output.${name}`, () => {
      const output = this.node.folder.outputs.get(name);
      if (output === undefined) return unknown(`${this.node.address} has no output "${name}"`);
      const value = findAttribute(output, 'value');
      if (value === undefined) return unknown(`output "${name}" of ${this.node.address} has no value`);
      return sensitiveIf(
        isTrue(output, 'sensitive'),
        plain(evaluate(value.attribute.value, { source: value.source, names: this, frame: undefined })),
      );
    });
  }

  /** The instances of a resource declared here; none when `count` is 0. */
  instances(name: string): readonly ResourceInstance[] {
    const declaration = this.node.folder.resources.get(name);
    return declaration === undefined ? [] : this.#expand(name, declaration, 'resource').instances;
  }

  /** The instances of a module called here. */
  modules(node: ModuleNode): readonly Module[] {
    return this.#call(node).map(({ module }) => module);
  }

  /** Evaluates what nobody may ask for, so that cycles in it are reported. */
  evaluateLocals(): void {
    for (const name of this.node.folder.locals.keys()) this.resolve('local', name, undefined);
  }

  /** Evaluates once; asked for itself while it is evaluated, it says so. */
  #once(key: string, compute: () => Datum): Datum {
    const known = this.#values.get(key);
    if (known === RUNNING) {
      const name = key.startsWith('call.') ? key.slice(5) : key;
      this.session.report({
        level: 'undecided',
        code: 'reference-cycle',
        message: `${this.#qualified(name)} refers to itself, directly or through others; break the cycle`,
        file: this.node.sourceOf(name)?.file ?? this.node.anyFile,
      });
      return unknown(`${this.#qualified(name)} refers to itself`);
    }
    if (known !== undefined) return known;
    this.#values.set(key, RUNNING);
    const value = compute();
    this.#values.set(key, value);
    return value;
  }

  #qualified(name: string): string {
    return this.node.address === '' ? name : `${this.node.address}: ${name}`;
  }

  #variable(name: string): Datum {
    const declaration = this.node.folder.variables.get(name);
    if (declaration === undefined) return unknown(`var.${name} is not declared`);
    const scope: Scope = { source: declaration.source, names: this, frame: undefined };
    const type = findAttribute(declaration, 'type');
    const constraint =
      type === undefined ? ({ kind: 'any' } as const) : readType(type.attribute.value, (expression) => evaluate(expression, scope));
    const fallback = findAttribute(declaration, 'default');
    const fallbackValue = (): Datum =>
      fallback === undefined
        ? unknown(`var.${name} has no value here`)
        : evaluate(fallback.attribute.value, { ...scope, source: fallback.source });
    let value = this.#arguments === undefined ? this.session.given.get(name) : this.#arguments.get(name);
    if (value === undefined || (value.kind === 'null' && isFalse(declaration, 'nullable'))) value = fallbackValue();
    const converted = convert(plain(value), constraint);
    const result = isFailure(converted) ? { ...converted, failed: undefined, reason: `var.${name}: ${converted.reason}` } : converted;
    return sensitiveIf(isTrue(declaration, 'sensitive'), placed(result, placeOf(declaration.source, headerOf(declaration.block))));
  }

  #local(name: string): Datum {
    const local = this.node.folder.locals.get(name);
    if (local === undefined) return unknown(`local.${name} is not declared`);
    return evaluate(local.attribute.value, { source: local.source, names: this, frame: undefined });
  }

  #path(name: string): Datum {
    if (name === 'root') return string('.');
    if (name === 'module') return string(this.node.pathFromRoot);
    return unknown(`path.${name} is known only when Terraform runs`);
  }

  #module(name: string): Datum {
    const child = this.node.child(name);
    if (child === undefined) return unknown(`module.${name} is not declared`);
    if (typeof child === 'string') return unknown(child, { element: unknown(child) });
    const instances = this.#call(child);
    const calls = instances.map(({ key, module }): [Key, Datum] => [key, { kind: 'instance', of: module }]);
    return keyed(
      calls,
      `${child.address}: the number of its instances is not known`,
      this.#expansions.get(`module.${name}`)?.kind ?? 'unknown',
    );
  }

  #call(node: ModuleNode): readonly { readonly key: Key; readonly module: Module }[] {
    const { call, name } = node;
    if (call === undefined) return [];
    const expansion = this.#expandOnce(`module.${name}`, call);
    return (expansion.modules ??= expansion.keys.map(({ key, frame }) => {
      const scope: Scope = { source: call.source, names: this, frame };
      const args = new Body([call, ...call.overrides], scope, CALL_META);
      const own = `module.${name}${keyText(key)}`;
      return {
        key,
        module: new Module(
          this.session,
          node,
          this.address === '' ? own : `${this.address}.${own}`,
          args,
          this.#exists && key !== undefined,
        ),
      };
    }));
  }

  #resource(type: string, name: string): Datum {
    const declaration = this.node.folder.resources.get(`${type}.${name}`);
    if (declaration === undefined) return unknown(`${type}.${name} is not declared here`);
    return this.#once(`call.${type}.${name}`, () => this.#instancesAsDatum(`${type}.${name}`, declaration, 'resource'));
  }

  #data(type: string, name: string): Datum {
    const declaration = this.node.folder.data.get(`${type}.${name}`);
    if (declaration === undefined) return unknown(`data.${type}.${name} is not declared here`);
    return this.#once(`call.data.${type}.${name}`, () => this.#instancesAsDatum(`data.${type}.${name}`, declaration, 'data'));
  }

  #instancesAsDatum(address: string, declaration: Declaration, kind: 'resource' | 'data'): Datum {
    const expansion = this.#expand(address, declaration, kind);
    const instances = expansion.instances.map((instance): [Key, Datum] => [instance.key, { kind: 'instance', of: instance }]);
    return keyed(instances, `${address}: the number of its instances is not known`, expansion.kind);
  }

  #expand(address: string, declaration: Declaration, kind: 'resource' | 'data'): Expansion & { instances: readonly ResourceInstance[] } {
    const expansion = this.#expandOnce(address, declaration);
    const instances = (expansion.instances ??= expansion.keys.map(({ key, frame }) => {
      return new ResourceInstance(this, address, key, { declaration, frame, kind, exists: this.#exists && key !== undefined });
    }));
    return { ...expansion, instances };
  }

  #expandOnce(address: string, declaration: Declaration): Expansion {
    const done = this.#expansions.get(address);
    if (done !== undefined) return done;
    // Asked for its own instances while they are counted, a declaration has an unknown number of them.
    this.#expansions.set(address, notCounted(`${address} depends on its own instances`));
    const expansion = expand(declaration, { source: declaration.source, names: this, frame: undefined });
    const repeated = this.address !== this.node.address || expansion.kind === 'count' || expansion.kind === 'for_each';
    const over = repeated ? this.limits.instances(expansion.keys.length) : undefined;
    const result = over === undefined ? expansion : notCounted(over.reason);
    this.#expansions.set(address, result);
    return result;
  }
}

const RUNNING = Symbol('running');

function isTrue(declaration: Declaration, name: string): boolean {
  const value = findAttribute(declaration, name)?.attribute.value;
  return value?.kind === 'boolean' && value.value;
}

function isFalse(declaration: Declaration, name: string): boolean {
  const value = findAttribute(declaration, name)?.attribute.value;
  return value?.kind === 'boolean' && !value.value;
}

function sensitiveIf(sensitive: boolean, datum: Datum): Datum {
  return sensitive && datum.sensitive !== true ? { ...datum, sensitive: true } : datum;
}

/** Past the border of a module, a resource or a variable an error is no longer an error of the expression that uses it. */
function plain(datum: Datum): Datum {
  return isFailure(datum) ? { ...datum, failed: undefined } : datum;
}

interface Expansion {
  readonly kind: 'one' | 'count' | 'for_each' | 'unknown';
  readonly keys: readonly { readonly key: Key; readonly frame: Frame | undefined }[];
  instances?: readonly ResourceInstance[];
  modules?: readonly { readonly key: Key; readonly module: Module }[];
}

function expand(declaration: Declaration, scope: Scope): Expansion {
  const count = findAttribute(declaration, 'count');
  if (count !== undefined) {
    const value = convert(evaluate(count.attribute.value, { ...scope, source: count.source }), { kind: 'number' });
    if (value.kind !== 'number') return notCounted(value.kind === 'unknown' ? value.reason : 'count is null');
    if (value.value < 0 || !Number.isInteger(value.value)) return notCounted('count is no whole number');
    if (value.value > MAX_INSTANCES)
      return notCounted(
        scope.names.limits.over(`${value.value} instances of one declaration are over the limit of ${MAX_INSTANCES}`).reason,
      );
    return {
      kind: 'count',
      keys: Array.from({ length: value.value }, (_, index) => ({
        key: index,
        frame: frameOf('count', new Map([['index', number(index)]])),
      })),
    };
  }
  const forEach = findAttribute(declaration, 'for_each');
  if (forEach === undefined) return { kind: 'one', keys: [{ key: null, frame: undefined }] };
  const value = evaluate(forEach.attribute.value, { ...scope, source: forEach.source });
  const place = placeOf(forEach.source, forEach.attribute.value);
  if (value.kind === 'unknown') return notCounted(value.reason, value.element);
  if (value.kind !== 'mapping' && !(value.kind === 'sequence' && value.type === 'set')) {
    return notCounted('for_each needs a map or a set of strings');
  }
  const keys: { key: string; frame: Frame | undefined }[] = [];
  for (const [key, item] of iterate(value) ?? []) {
    if (key.kind !== 'string') return notCounted(key.kind === 'unknown' ? key.reason : 'for_each needs a map or a set of strings');
    keys.push({
      key: key.value,
      frame: frameOf(
        'each',
        new Map([
          ['key', placed(key, item.place ?? place)],
          ['value', item],
        ]),
      ),
    });
  }
  return { kind: 'for_each', keys };
}

/** `element`: what each of the instances is made for, where that alone is known. */
function notCounted(reason: string, element: Datum = unknown(reason)): Expansion {
  const each = frameOf(
    'each',
    new Map([
      ['key', unknown(reason)],
      ['value', element],
    ]),
  );
  return { kind: 'unknown', keys: [{ key: undefined, frame: frameOf('count', new Map([['index', unknown(reason)]]), each) }] };
}

function frameOf(name: string, entries: ReadonlyMap<string, Datum>, outer?: Frame): Frame {
  return { name, value: mapping('object', entries), outer };
}

/** Instances as a reference to their declaration sees them. */
function keyed(instances: readonly [Key, Datum][], reason: string, kind: Expansion['kind']): Datum {
  const [first] = instances;
  switch (kind) {
    case 'one':
      return first?.[1] ?? NULL;
    case 'count':
      return sequence(
        'tuple',
        instances.map(([, datum]) => datum),
      );
    case 'for_each':
      return mapping('object', new Map(instances.map(([key, datum]) => [String(key), datum])));
    case 'unknown':
      return unknown(reason, { element: first?.[1] });
    default:
      return kind satisfies never;
  }
}

function keyText(key: Key): string {
  if (key === null || key === undefined) return '';
  return typeof key === 'number' ? `[${key}]` : `[${JSON.stringify(key)}]`;
}

/** One instance of a resource or data source. */
export class ResourceInstance implements Readable {
  readonly address: string;
  readonly key: Key;
  readonly body: Body;
  readonly #declared: string;
  readonly #kind: 'resource' | 'data';
  readonly #exists: boolean;
  readonly #values = new Map<string, Datum>();

  constructor(
    module: Module,
    name: string,
    key: Key,
    how: { declaration: Declaration; frame: Frame | undefined; kind: 'resource' | 'data'; exists: boolean },
  ) {
    this.key = key;
    this.#kind = how.kind;
    this.#exists = how.exists;
    this.address = `${module.address === '' ? '' : `${module.address}.`}${name}${keyText(key)}`;
    this.#declared = `${module.node.address === '' ? '' : `${module.node.address}.`}${name}`;
    const self: Frame = { name: 'self', value: { kind: 'instance', of: this }, outer: how.frame };
    this.body = new Body(
      [how.declaration, ...how.declaration.overrides],
      { source: how.declaration.source, names: module, frame: self },
      RESOURCE_META,
    );
  }

  /** An attribute, as a reference from elsewhere sees it: what is written, else known only after creation. */
  get(name: string): Datum {
    const done = this.#values.get(name);
    if (done !== undefined) return done;
    const value = this.#read(name);
    this.#values.set(name, value);
    return value;
  }

  #read(name: string): Datum {
    const reference: Referent = { address: this.#declared, instance: this.address, attribute: name, exists: this.#exists };
    const refersTo = [reference];
    if (this.#kind === 'data') {
      if (name === 'json' && this.#declared.includes('data.aws_iam_policy_document.'))
        return { ...plain(policyDocument(this.body)), refersTo };
      return unknown(`${this.address}.${name} is read when Terraform runs`, { reference, refersTo });
    }
    const written = this.body.get(name);
    if (written === undefined || written.kind === 'null')
      return unknown(`${this.address}.${name} is known only after creation`, { reference, refersTo });
    if (written.kind === 'unknown') return { ...plain(written), refersTo, ...(written.reference === undefined ? { reference } : {}) };
    if (this.body.isBlock(name) && written.kind === 'sequence') {
      return {
        ...sequence(
          'list',
          written.items.map((item, index) => nested(item, `${name}[${index}]`, reference)),
        ),
        place: written.place,
        refersTo,
      };
    }
    return { ...written, refersTo };
  }
}

/** A nested block seen from elsewhere: what is not written in it is known only after creation. */
function nested(block: Datum, path: string, owner: Referent): Datum {
  if (block.kind !== 'mapping') return block;
  const address = `${owner.instance}.${path}`;
  const get = (name: string): Datum => {
    const reference: Referent = { ...owner, attribute: `${path}.${name}` };
    const item = block.entries.get(name);
    if (item === undefined || item.kind === 'null')
      return unknown(`${address}.${name} is known only after creation`, { reference, refersTo: [reference] });
    return { ...item, refersTo: [reference] };
  };
  return { kind: 'instance', of: { address, get }, place: block.place };
}
