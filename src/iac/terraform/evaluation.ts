/** One reading of a root: its modules, its resources by address, and how they are related. */
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { Related } from '../../domain/resource.ts';
import type { FileReader } from '../root.ts';
import { Links } from '../links.ts';
import type { Link } from '../links.ts';
import type { Datum } from './values/datum.ts';
import type { Folder } from './folder.ts';
import { Limits } from './limits.ts';
import type { Session } from './module.ts';
import { Module } from './module.ts';
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

/** What an earlier reading knows of declarations that did not change. */
export interface Earlier {
  readonly evaluation: Evaluation;
  /** Addresses of declarations that are other, new or gone. */
  readonly changed: ReadonlySet<string>;
}

export class Evaluation implements Owner {
  readonly path: string;
  readonly session: Session;
  readonly tree: ModuleNode;
  readonly #root: Module;
  readonly #earlier: Earlier | undefined;
  readonly #modules = new Map<ModuleNode, readonly Module[]>();
  readonly #resources = new Map<string, TerraformResource | undefined>();
  readonly #diagnostics = new Map<string, Diagnostic>();
  #all: readonly TerraformResource[] | undefined;
  #links: Links | undefined;

  constructor(input: RootInput, earlier?: Earlier) {
    const report = (diagnostic: Diagnostic): void => {
      const { code, message, file = '', span } = diagnostic;
      this.#diagnostics.set(`${code}\u0000${message}\u0000${file}\u0000${span?.start.offset ?? ''}`, diagnostic);
    };
    this.path = input.path;
    this.session = { limits: new Limits(), files: { folder: input.path, reader: input.reader }, given: input.given, report };
    this.tree = new ModuleNode({ root: input.path, find: input.find, nodes: 0, report }, input.folder);
    this.#root = new Module(this.session, this.tree);
    this.#earlier = earlier;
    this.session.limits.grant(input.folder.resources.size + input.folder.locals.size + input.folder.data.size);
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
    this.session.limits.grant(node.folder.resources.size * modules.length);
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
    for (const node of nodesOf(this.tree)) this.modulesOf(node)[0]?.evaluateLocals();
    for (const resource of this.resources()) for (const instance of resource.instances) void instance.attributes;
    this.links();
    const { exceeded } = this.session.limits;
    const over: Diagnostic[] =
      exceeded === undefined
        ? []
        : [{ level: 'undecided', code: 'limit-eval', message: `${exceeded}; what depends on it is not known`, file: this.tree.anyFile }];
    return [...this.#diagnostics.values(), ...over];
  }
}
