/** A Terraform root module and the local modules it calls. */
import { groupBy } from '../../domain/group-by.ts';
import type { Change } from '../../domain/change.ts';
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { Resource } from '../../domain/resource.ts';
import type { Edit, SourceText } from '../../domain/source.ts';
import type { Root, RootCopy } from '../root.ts';
import { changesToEdits } from './edits/index.ts';
import type { RootInput } from './evaluation.ts';
import { Evaluation } from './evaluation.ts';
import type { Declaration, Declared, Folder, ParsedSource } from './folder.ts';
import { parseSource, rereadFolder, syntaxDiagnostics } from './folder.ts';
import type { ModuleNode } from './tree.ts';
import { folderOf, nodesOf } from './tree.ts';

export class TerraformRoot implements Root {
  readonly framework = 'terraform';
  readonly path: string;
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly #input: RootInput;
  readonly #evaluation: Evaluation;
  /** Nodes of the tree by the folder they come from. */
  readonly #nodes: ReadonlyMap<string, readonly ModuleNode[]>;

  /** `extra`: what was read beside the folders' files, and what that gave to say. */
  constructor(input: RootInput, extra: { readonly files: readonly string[]; readonly diagnostics: readonly Diagnostic[] }) {
    this.path = input.path;
    this.#input = input;
    this.#evaluation = new Evaluation(input);
    this.#nodes = groupBy(nodesOf(this.#evaluation.tree), (node) => node.folder.path);
    const folders = [...this.#nodes.values()].flatMap(([node]) => node?.folder ?? []);
    this.files = [...folders.flatMap((folder) => [...folder.files.keys()]), ...extra.files];
    this.diagnostics = [
      ...folders.flatMap((folder) => [...folder.files.values()].flatMap(syntaxDiagnostics)),
      ...extra.diagnostics,
      ...this.#evaluation.diagnostics(),
    ];
  }

  get resources(): readonly Resource[] {
    return this.#evaluation.resources();
  }

  edits(changes: readonly Change[]): readonly Edit[] | null {
    return changesToEdits(changes, (resource) => this.#evaluation.resource(resource.address));
  }

  reread(texts: ReadonlyMap<string, SourceText>): RootCopy {
    const folders = new Map<string, Folder>();
    const parsed: ParsedSource[] = [];
    for (const [path, group] of groupBy(texts.values(), ({ file }) => folderOf(file))) {
      const before = this.#nodes.get(path)?.[0]?.folder;
      if (before === undefined) continue;
      const changed = group.map(parseSource);
      parsed.push(...changed);
      folders.set(path, rereadFolder(before, changed));
    }
    return new Copy(this.#evaluation, this.#input, { folders, parsed, nodes: this.#nodes });
  }
}

interface Reread {
  readonly folders: ReadonlyMap<string, Folder>;
  readonly parsed: readonly ParsedSource[];
  readonly nodes: ReadonlyMap<string, readonly ModuleNode[]>;
}

class Copy implements RootCopy {
  readonly diagnostics: readonly Diagnostic[];
  readonly removed: readonly string[];
  readonly #added: readonly string[];
  readonly #evaluation: Evaluation;

  constructor(before: Evaluation, input: RootInput, reread: Reread) {
    const { folders, parsed, nodes } = reread;
    const known = new Set(
      parsed
        .flatMap(({ source }) => nodes.get(folderOf(source.file))?.[0]?.folder.files.get(source.file) ?? [])
        .flatMap((file) => syntaxDiagnostics(file).map((each) => each.message)),
    );
    this.diagnostics = parsed.flatMap(syntaxDiagnostics).filter(({ message }) => !known.has(message));
    const find = (path: string): Folder | undefined => folders.get(path) ?? input.find(path);
    const next = { ...input, folder: folders.get(input.path) ?? input.folder, find };
    const changes = compare(folders, nodes, parsed);
    if (changes === undefined) {
      // Something that resources share changed: everything may be other.
      this.#evaluation = new Evaluation(next);
      const now = new Set(this.#evaluation.resources().map((resource) => resource.address));
      const then = new Set(before.resources().map((resource) => resource.address));
      this.#added = [...now].filter((address) => !then.has(address));
      this.removed = [...then].filter((address) => !now.has(address));
    } else {
      this.#evaluation = new Evaluation(next, {
        evaluation: before,
        changed: new Set([...changes.changed, ...changes.added, ...changes.removed]),
      });
      this.#added = changes.added;
      this.removed = changes.removed;
    }
  }

  get added(): readonly Resource[] {
    return this.#added.flatMap((address) => this.resource(address) ?? []);
  }

  resource(address: string): Resource | undefined {
    return this.#evaluation.resource(address);
  }
}

interface Changes {
  readonly changed: string[];
  readonly added: string[];
  readonly removed: string[];
}

/** How the declarations of folders differ; undefined where anything but resources does. */
function compare(
  folders: ReadonlyMap<string, Folder>,
  nodes: ReadonlyMap<string, readonly ModuleNode[]>,
  parsed: readonly ParsedSource[],
): Changes | undefined {
  const result: Changes = { changed: [], added: [], removed: [] };
  for (const { source, declared } of parsed) {
    const path = folderOf(source.file);
    const users = nodes.get(path) ?? [];
    const before = users[0]?.folder;
    const now = folders.get(path);
    const earlier = before?.files.get(source.file);
    if (before === undefined || now === undefined || earlier === undefined || !sameShared(earlier.declared, declared)) return undefined;
    const addresses = (name: string): string[] => users.map((node) => (node.address === '' ? name : `${node.address}.${name}`));
    for (const { table, name } of [...declared, ...earlier.declared]) {
      if (table !== 'resources') continue;
      const was = before.resources.get(name);
      const is = now.resources.get(name);
      if (is === undefined) result.removed.push(...addresses(name));
      else if (was === undefined) result.added.push(...addresses(name));
      else if (was !== is && !sameText(was, is)) result.changed.push(...addresses(name));
    }
  }
  return { changed: [...new Set(result.changed)], added: [...new Set(result.added)], removed: [...new Set(result.removed)] };
}

/** All but the resources read the same. */
function sameShared(before: readonly Declared[], now: readonly Declared[]): boolean {
  const shared = (list: readonly Declared[]): string[] =>
    list.flatMap((each) => (each.table === 'resources' ? [] : [`${each.table}.${each.name}: ${textOf(each)}`]));
  const [a, b] = [shared(before), shared(now)];
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

function textOf(each: Declared): string {
  const { node, source } =
    each.table === 'locals'
      ? { node: each.definition.attribute, source: each.definition.source }
      : { node: each.declaration.block, source: each.declaration.source };
  return source.text.slice(node.start, node.end);
}

function sameText(a: Declaration, b: Declaration): boolean {
  if (a.block === b.block && a.overrides.length === b.overrides.length) return true;
  const text = ({ block, source }: Declaration): string => source.text.slice(block.start, block.end);
  return (
    text(a) === text(b) &&
    a.overrides.length === b.overrides.length &&
    a.overrides.every((each, index) => text(each) === text(b.overrides[index] ?? each))
  );
}
