/** A Terraform root module and the local modules it calls. */
import { dirname } from 'node:path/posix';
import { groupBy } from '../../domain/group-by.ts';
import type { Change } from '../../domain/change.ts';
import type { Diagnostic, FileNote } from '../../domain/diagnostic.ts';
import type { Edit, SourceText } from '../../domain/source.ts';
import type { Root, RootCopy } from '../root.ts';
import { referencesIn } from './checks/references.ts';
import { changesToEdits } from './edits/index.ts';
import type { RootInput } from './evaluation.ts';
import { Evaluation } from './evaluation.ts';
import type { Declaration, Folder, ParsedSource } from './folder.ts';
import { folderDiagnostics, parseSource, rereadFolder, syntaxDiagnostics } from './folder.ts';
import type { TerraformResource } from './resources.ts';
import type { ModuleNode } from './tree.ts';
import type { Datum } from './values/datum.ts';
import { nodesOf } from './tree.ts';

/** What was read beside the folders' files, and what that gave to say. */
interface Extra {
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export class TerraformRoot implements Root {
  readonly framework = 'terraform';
  readonly path: string;
  readonly files: readonly string[];
  readonly ignored: readonly FileNote[];
  readonly diagnostics: readonly Diagnostic[];
  readonly #input: RootInput;
  readonly #extra: Extra;
  readonly #evaluation: Evaluation;
  /** Nodes of the tree by the folder they come from. */
  readonly #nodes: ReadonlyMap<string, readonly ModuleNode[]>;

  constructor(input: RootInput, extra: Extra) {
    this.path = input.path;
    this.#input = input;
    this.#extra = extra;
    this.#evaluation = new Evaluation(input);
    this.#nodes = groupBy(nodesOf(this.#evaluation.tree), (node) => node.folder.path);
    const folders = [...this.#nodes.values()].flatMap(([node]) => node?.folder ?? []);
    this.files = [...folders.flatMap((folder) => [...folder.files.keys()]), ...extra.files];
    this.ignored = folders.flatMap((folder) => folder.ignored);
    this.diagnostics = [...folders.flatMap(folderDiagnostics), ...extra.diagnostics, ...this.#evaluation.diagnostics()];
  }

  get resources(): readonly TerraformResource[] {
    return this.#evaluation.resources();
  }

  edits(changes: readonly Change[]): readonly Edit[] | null {
    return changesToEdits(changes, (resource) => this.#evaluation.resource(resource.address));
  }

  /** The same files with other values for some of the root module's variables. */
  withVariables(values: ReadonlyMap<string, Datum>): TerraformRoot {
    return new TerraformRoot({ ...this.#input, given: new Map([...this.#input.given, ...values]) }, this.#extra);
  }

  reread(texts: ReadonlyMap<string, SourceText>): TerraformCopy {
    const folders = new Map<string, Folder>();
    const parsed: ParsedSource[] = [];
    for (const [path, group] of groupBy(texts.values(), ({ file }) => dirname(file))) {
      const before = this.#nodes.get(path)?.[0]?.folder;
      if (before === undefined) continue;
      const changed = group.map(parseSource);
      parsed.push(...changed);
      folders.set(path, rereadFolder(before, changed));
    }
    return new TerraformCopy(this.#evaluation, this.#input, { folders, parsed, nodes: this.#nodes });
  }
}

interface Reread {
  readonly folders: ReadonlyMap<string, Folder>;
  readonly parsed: readonly ParsedSource[];
  readonly nodes: ReadonlyMap<string, readonly ModuleNode[]>;
}

export class TerraformCopy implements RootCopy {
  readonly diagnostics: readonly Diagnostic[];
  readonly removed: readonly string[];
  readonly #added: readonly string[];
  readonly #evaluation: Evaluation;

  constructor(before: Evaluation, input: RootInput, reread: Reread) {
    const { folders, parsed, nodes } = reread;
    const earlier = parsed.map(({ source }) => nodes.get(dirname(source.file))?.[0]?.folder);
    const known = new Set(parsed.flatMap(({ source }, index) => said(earlier[index], source.file)).map(({ message }) => message));
    this.diagnostics = parsed
      .flatMap(({ source }) => said(folders.get(dirname(source.file)), source.file))
      .filter(({ message }) => !known.has(message));
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
        earlier: { evaluation: before, changed: new Set([...changes.changed, ...changes.added, ...changes.removed]) },
      });
      this.#added = changes.added;
      this.removed = changes.removed;
    }
  }

  get added(): readonly TerraformResource[] {
    return this.#added.flatMap((address) => this.resource(address) ?? []);
  }

  resource(address: string): TerraformResource | undefined {
    return this.#evaluation.resource(address);
  }
}

/** What is wrong with a file of a folder as it is written. */
function said(folder: Folder | undefined, file: string): Diagnostic[] {
  const parsed = folder?.files.get(file);
  if (folder === undefined || parsed === undefined) return [];
  return [...syntaxDiagnostics(parsed), ...referencesIn(folder, [parsed]).undeclared];
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
  for (const each of parsed) {
    const { source } = each;
    const path = dirname(source.file);
    const users = nodes.get(path) ?? [];
    const before = users[0]?.folder;
    const now = folders.get(path);
    const earlier = before?.files.get(source.file);
    if (before === undefined || now === undefined || earlier === undefined || !sameShared(earlier, each)) return undefined;
    const { declared } = each;
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
function sameShared(before: ParsedSource, now: ParsedSource): boolean {
  const shared = ({ source, parsed }: ParsedSource): string[] =>
    parsed.body.items
      .filter((item) => item.kind !== 'block' || item.type !== 'resource')
      .map(({ start, end }) => source.text.slice(start, end));
  const [a, b] = [shared(before), shared(now)];
  return a.length === b.length && a.every((text, index) => text === b[index]);
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
