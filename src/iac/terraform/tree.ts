/** The modules of a root as its files declare them: which folder each call leads to, without instances. */
import { join, relative } from 'node:path/posix';
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { SourceText } from '../../domain/source.ts';
import { headerOf } from './body.ts';
import type { Declaration, Folder } from './folder.ts';
import { findAttribute } from './folder.ts';

export type FindFolder = (path: string) => Folder | undefined;

/** Where a call's `source` leads. */
export function localSource(call: Declaration, folder: string): string | undefined {
  const source = sourceText(call);
  if (source === undefined || !/^\.{1,2}(?:\/|$)/u.test(source)) return undefined;
  return join(folder, source).replace(/\/$/u, '') || '.';
}

function sourceText(call: Declaration): string | undefined {
  const value = findAttribute(call, 'source')?.attribute.value;
  if (value?.kind !== 'template') return undefined;
  const [part, ...more] = value.parts;
  return part?.kind === 'text' && more.length === 0 ? part.value : undefined;
}

/** More module calls than this in one root are not followed. */
const MAX_NODES = 10_000;

export class ModuleNode {
  readonly folder: Folder;
  /** `module.logs`, without instance keys; empty for the root. */
  readonly address: string;
  /** Name of the call. */
  readonly name: string;
  readonly call: Declaration | undefined;
  readonly parent: ModuleNode | undefined;
  readonly #tree: Tree;
  #children: Map<string, ModuleNode | string> | undefined;

  constructor(tree: Tree, folder: Folder, name = '', call?: Declaration, parent?: ModuleNode) {
    this.#tree = tree;
    this.folder = folder;
    this.name = name;
    this.call = call;
    this.parent = parent;
    const own = call === undefined ? '' : `module.${name}`;
    this.address = parent === undefined || parent.address === '' ? own : `${parent.address}.${own}`;
  }

  /** `path.module` */
  get pathFromRoot(): string {
    return relative(this.#tree.root, this.folder.path) || '.';
  }

  get anyFile(): string {
    return this.folder.files.keys().next().value ?? this.folder.path;
  }

  /** Everything in its files was read. */
  get isWhole(): boolean {
    return [...this.folder.files.values()].every(({ parsed }) => parsed.errors.length === 0);
  }

  /** Where `var.x`, `local.x`, `type.name` is declared. */
  sourceOf(name: string): SourceText | undefined {
    const [first = '', second = ''] = name.split('.');
    const { variables, locals, resources, outputs } = this.folder;
    if (first === 'var') return variables.get(second)?.source;
    if (first === 'local') return locals.get(second)?.source;
    if (first === 'output') return outputs.get(second)?.source;
    return resources.get(name)?.source;
  }

  /** What a call leads to, or why it is not read. */
  child(name: string): ModuleNode | string | undefined {
    return this.#all().get(name);
  }

  children(): ModuleNode[] {
    return [...this.#all().values()].filter((child) => typeof child !== 'string');
  }

  #all(): Map<string, ModuleNode | string> {
    return (this.#children ??= new Map([...this.folder.modules].map(([name, call]) => [name, this.#follow(name, call)])));
  }

  #isWithin(path: string): boolean {
    return this.folder.path === path || (this.parent !== undefined && this.parent.#isWithin(path));
  }

  #follow(name: string, call: Declaration): ModuleNode | string {
    const address = this.address === '' ? `module.${name}` : `${this.address}.module.${name}`;
    const report = (level: Diagnostic['level'], code: string, message: string): string => {
      this.#tree.report({
        level,
        code,
        message,
        file: call.source.file,
        span: call.source.span(headerOf(call.block).start, headerOf(call.block).end),
      });
      return message;
    };
    const path = localSource(call, this.folder.path);
    if (findAttribute(call, 'source') === undefined)
      return report('undecided', 'unresolved-module', `${address} has no source, so that nothing is called; say where the module is`);
    if (path === undefined) {
      return report(
        'unresolved',
        'unresolved-module',
        `${address} comes from "${sourceText(call) ?? 'an address that is not a plain text'}", which is outside this repository and not read; what it declares is not audited`,
      );
    }
    const folder = this.#tree.find(path);
    if (folder === undefined)
      return report(
        'undecided',
        'unresolved-module',
        `${address} comes from "${sourceText(call) ?? ''}", but ${path} holds no Terraform files; correct its source or commit the module`,
      );
    if (this.#isWithin(path))
      return report('undecided', 'module-cycle', `${address} calls ${path}, which is being called already; break the cycle`);
    this.#tree.nodes += 1;
    if (this.#tree.nodes > MAX_NODES) {
      const message = `more than ${MAX_NODES} module calls in one root are over the limit; the others are not read`;
      this.#tree.report({ level: 'undecided', code: 'limit-eval', message });
      return message;
    }
    return new ModuleNode(this.#tree, folder, name, call, this);
  }
}

/** What the nodes of one root share. */
export interface Tree {
  /** The root module's folder. */
  readonly root: string;
  readonly find: FindFolder;
  nodes: number;
  report(diagnostic: Diagnostic): void;
}

/** The root and all modules below it, callers first. */
export function nodesOf(root: ModuleNode): ModuleNode[] {
  const nodes = [root];
  // Grows while it is walked.
  for (const node of nodes) nodes.push(...node.children());
  return nodes;
}
