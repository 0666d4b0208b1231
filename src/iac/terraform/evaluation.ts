/** One reading of a root: its modules, its resources by address, and how they are related. */
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { Related } from '../../domain/resource.ts';
import type { FileReader } from '../root.ts';
import { Links } from '../links.ts';
import { refusedArguments } from './checks/arguments.ts';
import { misshapenBlocks } from './checks/blocks.ts';
import { cyclesIn } from './checks/cycles.ts';
import { referencesIn } from './checks/references.ts';
import { refusedVariables } from './checks/variables.ts';
import type { Link } from '../links.ts';
import type { Datum, Place } from './values/datum.ts';
import type { Folder } from './folder.ts';
import { findAttribute } from './folder.ts';
import { Limits } from './limits.ts';
import { Module } from './modules/module.ts';
import type { Session } from './modules/session.ts';
import type { Owner } from './resources.ts';
import { TerraformResource } from './resources.ts';
import type { FindFolder } from './tree.ts';
import { ModuleNode, nodesOf } from './tree.ts';

export interface RootInput {
  readonly path: string;
  readonly folder: Folder;
  readonly find: FindFolder;
  readonly reader: FileReader;
  /** Values of variables from tfvars files. */
  readonly given: ReadonlyMap<string, Datum>;
}

export interface How {
  readonly earlier?: Earlier;
  /** False: a variable of the root to which nothing is given is unknown, whatever its default. */
  readonly defaults?: boolean;
}

/** What an earlier reading knows of declarations that did not change. */
export interface Earlier {
  readonly evaluation: Evaluation;
  /** Addresses of declarations that are other, new or gone. */
  readonly changed: ReadonlySet<string>;
}

/** Something that Terraform does not accept. */
interface Refused {
  readonly place: Place;
  readonly what: string;
}

export class Evaluation implements Owner {
  readonly path: string;
  readonly session: Session;
  readonly tree: ModuleNode;
  readonly #input: RootInput;
  readonly #root: Module;
  readonly #earlier: Earlier | undefined;
  readonly #modules = new Map<ModuleNode, readonly Module[]>();
  readonly #resources = new Map<string, TerraformResource | undefined>();
  readonly #diagnostics = new Map<string, Diagnostic>();
  /** By place: what follows from an error is no error of its own. */
  readonly #refused = new Map<string, Refused>();
  #all: readonly TerraformResource[] | undefined;
  #links: Links | undefined;

  constructor(input: RootInput, { earlier, defaults = true }: How = {}) {
    const { path, folder, find, reader, given } = input;
    const report = (diagnostic: Diagnostic): void => {
      const { code, message, file = '', span } = diagnostic;
      this.#diagnostics.set(`${code}\u0000${message}\u0000${file}\u0000${span?.start.offset ?? ''}`, diagnostic);
    };
    const refuse = (place: Place, what: string): void => {
      const key = keyOf(place);
      if (!this.#refused.has(key)) this.#refused.set(key, { place, what });
    };
    this.path = path;
    this.#input = input;
    this.session = { limits: new Limits(), files: { folder: path, reader }, given, defaults, report, refuse };
    this.tree = new ModuleNode({ root: path, find, nodes: 0, report }, folder);
    this.#root = new Module(this.session, this.tree);
    this.#earlier = earlier;
    this.session.limits.grant(folder.resources.size + folder.locals.size + folder.data.size);
  }

  /** Everything that is declared, callers before the modules they call, in the order of the text. */
  resources(): readonly TerraformResource[] {
    return (this.#all ??= nodesOf(this.tree).flatMap((node) =>
      [...node.folder.resources.keys()].flatMap((name) => this.resource(node.address === '' ? name : `${node.address}.${name}`) ?? []),
    ));
  }

  resource(address: string): TerraformResource | undefined {
    if (!this.#resources.has(address)) this.#resources.set(address, this.#find(address));
    return this.#resources.get(address);
  }

  #find(address: string): TerraformResource | undefined {
    let node: ModuleNode = this.tree;
    let rest = address;
    for (let call = /^module\.([^.]+)\./u.exec(rest); call !== null; call = /^module\.([^.]+)\./u.exec(rest)) {
      const child = node.child(call[1] ?? '');
      if (child === undefined || typeof child === 'string') return undefined;
      node = child;
      rest = rest.slice(call[0].length);
    }
    const declaration = node.folder.resources.get(rest);
    return declaration === undefined ? undefined : new TerraformResource(this, node, rest, declaration);
  }

  modulesOf(node: ModuleNode): readonly Module[] {
    const done = this.#modules.get(node);
    if (done !== undefined) return done;
    const { parent } = node;
    const modules = parent === undefined ? [this.#root] : this.modulesOf(parent).flatMap((module) => module.modules(node));
    const { resources, data, locals, outputs } = node.folder;
    this.session.limits.grant((resources.size + (data.size + locals.size + outputs.size) * SHARE_OF_THE_REST) * modules.length);
    this.#modules.set(node, modules);
    return modules;
  }

  relatedTo(resource: TerraformResource): readonly Related[] {
    const links = this.links();
    const find = (address: string, { attribute, certain }: Link, direction: Related['direction']): Related[] => {
      const other = this.resource(address);
      return other === undefined ? [] : [{ resource: other, attribute, direction, certain }];
    };
    return [
      ...links.from(resource.address).flatMap((link) => find(link.to, link, 'to')),
      ...links.to(resource.address).flatMap((link) => find(link.from, link, 'from')),
    ];
  }

  links(): Links {
    return (this.#links ??= this.#earlier === undefined ? new Links(this.resources()) : this.#overlay(this.#earlier));
  }

  #overlay({ evaluation, changed }: Earlier): Links {
    return new Links(
      [...changed].flatMap((address) => this.resource(address) ?? []),
      { links: evaluation.links(), changed },
    );
  }

  /** Evaluates everything, so that all there is to say is said. */
  diagnostics(): readonly Diagnostic[] {
    this.#evaluateAll();
    const { exceeded } = this.session.limits;
    const over: Diagnostic[] =
      exceeded === undefined
        ? []
        : [{ level: 'undecided', code: 'limit-eval', message: `${exceeded}; what depends on it is not known`, file: this.tree.anyFile }];
    const checks = this.#checks();
    // What is a cycle as it is written is met again while it is evaluated.
    const known = checks.some(isCycle);
    const met = [...this.#diagnostics.values()].filter((each) => !known || !isCycle(each));
    return [...checks, ...met, ...this.#refusals(), ...over];
  }

  /** What is refused as it is written, each once however often its folder is called. */
  #checks(): Diagnostic[] {
    const nodes = nodesOf(this.tree);
    const folders = [...new Set(nodes.map(({ folder }) => folder))];
    const calls = [...new Map(nodes.map((node) => [node.call, node])).values()];
    return [
      ...folders.flatMap((folder) => {
        const { undeclared, graph } = referencesIn(folder);
        return [...misshapenBlocks(folder), ...undeclared, ...cyclesIn(folder, graph), ...refusedVariables(folder, this.session)];
      }),
      ...calls.flatMap(refusedArguments),
    ];
  }

  #evaluateAll(): void {
    for (const node of nodesOf(this.tree)) for (const module of this.modulesOf(node)) module.evaluateRest();
    for (const resource of this.resources()) for (const instance of resource.instances) void instance.attributes;
    this.links();
  }

  /**
   * What Terraform refuses whatever the variables of the root are blocks. What it refuses only with their
   * defaults is worth knowing: whoever runs it may give others.
   */
  #refusals(): Diagnostic[] {
    const refused = [...this.#refused];
    if (refused.length === 0) return [];
    const certain = this.#withoutDefaults();
    return refused.map(([key, { place, what }]): Diagnostic => {
      const { source, start, end } = place;
      const always = certain.has(key);
      const message = always
        ? `Terraform stops here: ${what}; correct it`
        : `with the defaults of its variables Terraform stops here: ${what}; give the variables values or correct it`;
      return { level: always ? 'undecided' : 'warning', code: 'invalid', message, file: source.file, span: source.span(start, end) };
    });
  }

  /** Where Terraform stops even if nothing is known of the variables of the root that are not given. */
  #withoutDefaults(): ReadonlyMap<string, unknown> {
    const { folder, given } = this.#input;
    const open = [...folder.variables].some(
      ([name, declaration]) => !given.has(name) && findAttribute(declaration, 'default') !== undefined,
    );
    if (!open) return this.#refused;
    const strict = new Evaluation(this.#input, { defaults: false });
    for (const node of nodesOf(strict.tree)) {
      for (const module of strict.modulesOf(node).slice(0, MAX_COMPARED)) {
        module.evaluateRest();
        for (const name of node.folder.resources.keys())
          for (const { body } of module.instances(name).slice(0, MAX_COMPARED)) for (const each of body.names()) body.get(each);
      }
    }
    return strict.#refused;
  }
}

/** Instances of a declaration beyond this are taken to be like these. */
const MAX_COMPARED = 100;

/** What a local value, data source or output costs, as a part of a resource. */
const SHARE_OF_THE_REST = 0.1;

function isCycle({ code }: Diagnostic): boolean {
  return code === 'reference-cycle';
}

function keyOf({ source, start, end }: Place): string {
  return `${source.file}\u0000${start}\u0000${end}`;
}
