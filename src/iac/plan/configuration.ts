/** What a plan tells of the configuration that it was made from: what is declared, and what each attribute refers to. */
import type { Address } from './address.ts';
import { declarationOf, parseAddress, pathOf, stepsOf } from './address.ts';
import type { JsonReader } from './json-reader.ts';
import { isObject, member, textOf } from './json-reader.ts';

/** Modules within each other; Terraform itself gives up much earlier. */
const MAX_MODULE_DEPTH = 100;
/** Nested blocks in an expression. */
const MAX_BLOCK_DEPTH = 50;

export interface ModuleConfiguration {
  /** Expressions of each managed resource by `type.name`. */
  readonly resources: Map<string, unknown>;
  /** Expressions of each output's value. */
  readonly outputs: Map<string, unknown>;
  readonly calls: Map<string, ModuleCall>;
  readonly variables: Set<string>;
  readonly sensitiveVariables: Set<string>;
}

interface ModuleCall {
  readonly source: string;
  readonly expressions: unknown;
  readonly module: ModuleConfiguration;
}

/** An attribute of a declaration. */
interface Referred {
  /** Of the declaration, without instance keys. */
  readonly address: string;
  /** Empty when the whole of it is meant. */
  readonly attribute: string;
}

/** Reads `configuration`. */
export class Configuration {
  readonly root: ModuleConfiguration;

  constructor(reader: JsonReader) {
    let root = emptyModule();
    reader.object((key) => {
      if (key === 'root_module') root = readModule(reader, 0);
    });
    this.root = root;
  }

  /** Addresses of all managed resources that are declared, of those with no instance too. */
  declarations(): string[] {
    return this.modules().flatMap(({ path, module }) => [...module.resources.keys()].map((name) => path + name));
  }

  /** Callers first; `path` is `module.a.module.b.`, `source` as the call has it, both empty for the root module. */
  modules(): { readonly path: string; readonly source: string; readonly module: ModuleConfiguration }[] {
    const modules = [{ path: '', source: '', module: this.root }];
    // Grows while it is walked.
    for (const { path, module } of modules)
      for (const [name, call] of module.calls) modules.push({ path: `${path}module.${name}.`, source: call.source, module: call.module });
    return modules;
  }

  /** Expressions by attribute; undefined when the declaration is not there. `dynamic` blocks are left out of them. */
  expressions({ modules, type, name }: Address): unknown {
    return this.#module(modules)?.resources.get(`${type}.${name}`);
  }

  /** The resources that an expression refers to, directly, through arguments of modules and through their outputs. */
  referred(expression: unknown, modules: readonly string[]): Referred[] {
    const found = new Map<string, Referred>();
    const seen = new Set<string>();
    const queue = references(expression).map((reference) => ({ reference, modules }));
    // Grows while it is walked.
    for (const { reference, modules: within } of queue) {
      const id = pathOf(within) + reference;
      if (seen.has(id)) continue;
      seen.add(id);
      const address = parseAddress(reference);
      if (address === undefined) queue.push(...this.#behind(reference, within));
      else if (address.mode === 'managed') {
        const own = declarationOf({ ...address, modules: within });
        found.set(`${own} ${address.rest}`, { address: own, attribute: address.rest });
      }
    }
    // A reference to an attribute is listed a second time without it.
    const withAttribute = new Set([...found.values()].flatMap(({ address, attribute }) => (attribute === '' ? [] : [address])));
    return [...found.values()].filter(({ address, attribute }) => attribute !== '' || !withAttribute.has(address));
  }

  /** What a variable is given by its caller, and what an output is made of. */
  #behind(reference: string, modules: readonly string[]): { reference: string; modules: readonly string[] }[] {
    const [first, second, ...rest] = (stepsOf(reference) ?? []).flatMap((step) => ('name' in step ? [step.name] : []));
    if (first === undefined || second === undefined) return [];
    if (first === 'var' && modules.length > 0) {
      const outer = modules.slice(0, -1);
      const call = this.#module(outer)?.calls.get(modules.at(-1) ?? '');
      return references(member(call?.expressions, second)).map((each) => ({ reference: each, modules: outer }));
    }
    if (first !== 'module' || rest[0] === undefined) return [];
    const inner = [...modules, second];
    return references(this.#module(inner)?.outputs.get(rest[0])).map((each) => ({ reference: each, modules: inner }));
  }

  #module(modules: readonly string[]): ModuleConfiguration | undefined {
    let module: ModuleConfiguration | undefined = this.root;
    for (const name of modules) module = module?.calls.get(name)?.module;
    return module;
  }
}

function emptyModule(): ModuleConfiguration {
  return { resources: new Map(), outputs: new Map(), calls: new Map(), variables: new Set(), sensitiveVariables: new Set() };
}

function readModule(reader: JsonReader, depth: number): ModuleConfiguration {
  const module = emptyModule();
  if (depth > MAX_MODULE_DEPTH) return module;
  reader.object((key) => {
    if (key === 'resources') {
      reader.array(() => {
        const resource = reader.value();
        if (member(resource, 'mode') !== 'managed') return;
        module.resources.set(`${textOf(member(resource, 'type'))}.${textOf(member(resource, 'name'))}`, member(resource, 'expressions'));
      });
    } else if (key === 'outputs') {
      reader.object((name) => module.outputs.set(name, member(reader.value(), 'expression')));
    } else if (key === 'variables') {
      reader.object((name) => {
        module.variables.add(name);
        if (member(reader.value(), 'sensitive') === true) module.sensitiveVariables.add(name);
      });
    } else if (key === 'module_calls') {
      reader.object((name) => module.calls.set(name, readCall(reader, depth)));
    }
  });
  return module;
}

function readCall(reader: JsonReader, depth: number): ModuleCall {
  let source = '';
  let expressions: unknown;
  let module = emptyModule();
  reader.object((key) => {
    if (key === 'source') source = textOf(reader.value()) ?? '';
    else if (key === 'expressions') expressions = reader.value();
    else if (key === 'module') module = readModule(reader, depth + 1);
  });
  return { source, expressions, module };
}

/** Every reference in an expression or a block of expressions. */
function references(expression: unknown, depth = 0): string[] {
  if (depth > MAX_BLOCK_DEPTH) return [];
  if (Array.isArray(expression)) return expression.flatMap((each) => references(each, depth + 1));
  if (!isObject(expression)) return [];
  const { references: own } = expression;
  if (Array.isArray(own)) return own.filter((each) => typeof each === 'string');
  return Object.entries(expression).flatMap(([key, each]) => (key === 'constant_value' ? [] : references(each, depth + 1)));
}
