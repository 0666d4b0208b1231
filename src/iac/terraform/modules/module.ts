/**
 * One instance of a module: gives names their values, each evaluated when first asked for and then
 * kept. A root is the instance that nobody calls.
 */
import { Body, headerOf } from '../body.ts';
import { evaluate } from '../evaluate.ts';
import type { Declaration } from '../folder.ts';
import { findAttribute } from '../folder.ts';
import type { Limits } from '../limits.ts';
import type { FileAccess, Scope } from '../scope.ts';
import type { SourceText } from '../../../domain/source.ts';
import type { ModuleNode } from '../tree.ts';
import type { Datum, Readable } from '../values/datum.ts';
import { failure, isSensitive, placeOf, string, unknown } from '../values/datum.ts';
import type { Expansion, Key } from './expansion.ts';
import { expand, keyed, keyText, notCounted } from './expansion.ts';
import type { Owner } from './instance.ts';
import { plain, ResourceInstance } from './instance.ts';
import { defaultTags, passedProvider, providerOf } from './providers.ts';
import type { Refuse, Session } from './session.ts';
import { refuseFailure } from './session.ts';
import { brokenValidations, isTrue, sensitiveIf, valueOfVariable } from './variable.ts';

/** Arguments of a module call that are no variables. */
export const CALL_META = new Set(['source', 'version', 'providers', 'count', 'for_each', 'depends_on', 'lifecycle']);

interface Call {
  readonly caller: Module;
  readonly declaration: Declaration;
  readonly arguments: Body;
}

interface CalledModule {
  readonly key: Key;
  readonly module: Module;
}

interface Expanded<T> {
  readonly kind: Expansion['kind'];
  readonly instances: readonly T[];
}

export class Module implements Owner, Readable {
  readonly node: ModuleNode;
  readonly address: string;
  readonly evaluate = evaluate;
  readonly #session: Session;
  readonly #call: Call | undefined;
  /** It is there for certain. */
  readonly #exists: boolean;
  readonly #values = new Map<string, Datum | typeof RUNNING>();
  readonly #expansions = new Map<string, Expansion>();
  readonly #resources = new Map<Expansion, readonly ResourceInstance[]>();
  readonly #modules = new Map<Expansion, readonly CalledModule[]>();
  readonly #tags = new Map<string, Datum | undefined>();

  constructor(session: Session, node: ModuleNode, address = '', call?: Call, exists = true) {
    this.node = node;
    this.address = address;
    this.#session = session;
    this.#call = call;
    this.#exists = exists;
  }

  get limits(): Limits {
    return this.#session.limits;
  }

  get files(): FileAccess {
    return this.#session.files;
  }

  get declared(): string {
    return this.node.address;
  }

  get #refuse(): Refuse | undefined {
    return this.#exists ? this.#session.refuse : undefined;
  }

  resolve(first: string, second: string | undefined, third: string | undefined): { datum: Datum; taken: number } {
    if (second !== undefined && third !== undefined) {
      if (first === 'resource') return { datum: this.#resource(second, third), taken: 2 };
      if (first === 'data') return { datum: this.#data(second, third), taken: 2 };
      if (first === 'ephemeral')
        return { datum: unknown(`${first}.${second}.${third} is known only when Terraform runs`, { sensitive: true }), taken: 2 };
    }
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
        // The workspace too: which one a change will be applied in is not written anywhere.
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
      if (output === undefined)
        return this.node.isWhole
          ? failure(`${this.node.address} has no output "${name}"`)
          : unknown(`${this.node.address} has no output "${name}"`);
      const value = findAttribute(output, 'value');
      if (value === undefined) return unknown(`output "${name}" of ${this.node.address} has no value`);
      const datum = evaluate(value.attribute.value, this.#scope(value.source));
      refuseFailure(datum, this.#refuse);
      return sensitiveIf(isTrue(output, 'sensitive'), plain(datum));
    });
  }

  /** The instances of a resource declared here; none when `count` is 0. */
  instances(name: string): readonly ResourceInstance[] {
    const declaration = this.node.folder.resources.get(name);
    return declaration === undefined ? [] : this.#expanded(name, declaration, 'resource').instances;
  }

  /** The instances of a module called here. */
  modules(node: ModuleNode): readonly Module[] {
    return this.#called(node).instances.map(({ module }) => module);
  }

  /** The tags that the provider of a resource declared here gives to all; undefined where it gives none. */
  providerTags(declaration: Declaration): Datum | undefined {
    return this.#tagsOf(providerOf(declaration));
  }

  #tagsOf(provider: string): Datum | undefined {
    if (!this.#tags.has(provider)) {
      // Asked for while they are evaluated, there are none.
      this.#tags.set(provider, undefined);
      this.#tags.set(provider, this.#readTags(provider));
    }
    return this.#tags.get(provider);
  }

  #readTags(provider: string): Datum | undefined {
    const declaration = this.node.folder.providers.get(provider);
    if (declaration !== undefined) return defaultTags(declaration, this.#scope(declaration.source));
    if (this.#call === undefined) return undefined;
    // The default configuration of a provider reaches the modules called, others are passed by name.
    const passed = passedProvider(this.#call.declaration, provider) ?? (provider.includes('.') ? undefined : provider);
    return passed === undefined ? undefined : this.#call.caller.#tagsOf(passed);
  }

  /** Evaluates what no resource may ask for, so that what is wrong with it is said. */
  evaluateRest(): void {
    const { locals, variables, outputs, data } = this.node.folder;
    for (const name of locals.keys()) refuseFailure(this.resolve('local', name, undefined).datum, this.#refuse);
    for (const [name, declaration] of variables) this.#validate(name, declaration);
    for (const [name, declaration] of data) {
      for (const { body } of this.#expanded(`data.${name}`, declaration, 'data').instances) for (const each of body.names()) body.get(each);
    }
    for (const [name, declaration] of outputs) this.#checkOutput(name, declaration);
    if (this.#call !== undefined) for (const name of this.#call.arguments.names()) this.#call.arguments.get(name);
  }

  #scope(source: SourceText): Scope {
    return { source, names: this, frame: undefined };
  }

  /** Evaluates once; asked for itself while it is evaluated, it says so. */
  #once(key: string, compute: () => Datum): Datum {
    const known = this.#values.get(key);
    if (known === RUNNING) {
      const name = key.startsWith('call.') ? key.slice(5) : key;
      const qualified = this.declared === '' ? name : `${this.declared}: ${name}`;
      this.#session.report({
        level: 'undecided',
        code: 'reference-cycle',
        message: `${qualified} refers to itself, directly or through others; break the cycle`,
        file: this.node.sourceOf(name)?.file ?? this.node.anyFile,
      });
      return unknown(`${qualified} refers to itself`);
    }
    if (known !== undefined) return known;
    this.#values.set(key, RUNNING);
    const value = compute();
    this.#values.set(key, value);
    return value;
  }

  #variable(name: string): Datum {
    const declaration = this.node.folder.variables.get(name);
    if (declaration === undefined) return unknown(`var.${name} is not declared`);
    const { given, defaults } = this.#session;
    const how =
      this.#call === undefined
        ? { datum: given.get(name), byCall: false, defaults }
        : { datum: this.#call.arguments.get(name), byCall: true, defaults: true };
    return valueOfVariable(declaration, how, this.#scope(declaration.source), this.#refuse);
  }

  #validate(name: string, declaration: Declaration): void {
    const value = this.resolve('var', name, undefined).datum;
    const place = this.#call?.arguments.get(name)?.place ?? placeOf(declaration.source, headerOf(declaration.block));
    for (const what of brokenValidations(declaration, this.#scope(declaration.source)))
      if (value.kind !== 'unknown') this.#refuse?.(place, `var.${name}: ${what}`);
  }

  /** Only the root says what is sensitive to a person. */
  #checkOutput(name: string, declaration: Declaration): void {
    const datum = this.get(name);
    if (this.#call !== undefined || isTrue(declaration, 'sensitive') || isTrue(declaration, 'ephemeral')) return;
    const value = findAttribute(declaration, 'value');
    if (value === undefined || !isSensitive([datum])) return;
    const { attribute, source } = value;
    this.#session.report({
      level: 'warning',
      code: 'sensitive-output',
      message: `output "${name}" holds a sensitive value, which Terraform refuses in a root module; write sensitive = true in it`,
      file: source.file,
      span: source.span(attribute.value.start, attribute.value.end),
    });
  }

  #local(name: string): Datum {
    const local = this.node.folder.locals.get(name);
    if (local === undefined) return unknown(`local.${name} is not declared`);
    return evaluate(local.attribute.value, this.#scope(local.source));
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
    const { kind, instances } = this.#called(child);
    return keyed(
      instances.map(({ key, module }) => [key, { kind: 'instance', of: module }]),
      `${child.address}: the number of its instances is not known`,
      kind,
    );
  }

  #called(node: ModuleNode): Expanded<CalledModule> {
    const { call: declaration, name } = node;
    if (declaration === undefined) return { kind: 'one', instances: [] };
    const expansion = this.#expand(`module.${name}`, declaration);
    const { kind, keys } = expansion;
    const done = this.#modules.get(expansion);
    if (done !== undefined) return { kind, instances: done };
    // Modules that call several others each would go on multiplying, one of an unknown number at a time.
    if (this.limits.exhausted) return { kind: 'unknown', instances: [] };
    const instances = keys.map(({ key, frame }) => {
      const exists = this.#exists && key !== undefined;
      const how = { skipped: CALL_META, refuse: exists ? this.#session.refuse : undefined };
      const args = new Body([declaration, ...declaration.overrides], { source: declaration.source, names: this, frame }, how);
      const own = `module.${name}${keyText(key)}`;
      const address = this.address === '' ? own : `${this.address}.${own}`;
      return { key, module: new Module(this.#session, node, address, { caller: this, declaration, arguments: args }, exists) };
    });
    this.#modules.set(expansion, instances);
    return { kind, instances };
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
    const expanded = this.#expanded(address, declaration, kind);
    return keyed(
      expanded.instances.map((instance) => [instance.key, { kind: 'instance', of: instance }]),
      `${address}: the number of its instances is not known`,
      expanded.kind,
    );
  }

  #expanded(address: string, declaration: Declaration, kind: 'resource' | 'data'): Expanded<ResourceInstance> {
    const expansion = this.#expand(address, declaration);
    const done = this.#resources.get(expansion);
    if (done !== undefined) return { kind: expansion.kind, instances: done };
    const instances = expansion.keys.map(({ key, frame }) => {
      const exists = this.#exists && key !== undefined;
      const refuse = exists ? this.#session.refuse : undefined;
      return new ResourceInstance(this, address, key, { kind, declaration, frame, exists, refuse });
    });
    this.#resources.set(expansion, instances);
    return { kind: expansion.kind, instances };
  }

  #expand(address: string, declaration: Declaration): Expansion {
    const done = this.#expansions.get(address);
    if (done !== undefined) return done;
    // Asked for its own instances while they are counted, a declaration has an unknown number of them.
    this.#expansions.set(address, notCounted(`${address} depends on its own instances`));
    const expansion = expand(declaration, this.#scope(declaration.source), this.#refuse);
    // What makes several has asked for them; one in a module of several is one of many all the same.
    const counts = this.address !== this.declared && (expansion.kind === 'one' || expansion.kind === 'unknown');
    const over = counts ? this.limits.instances(1) : undefined;
    const result = over === undefined ? expansion : notCounted(over.reason);
    this.#expansions.set(address, result);
    return result;
  }
}

const RUNNING = Symbol('running');
