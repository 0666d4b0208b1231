/** What the files of one folder declare, override files merged; the unit that a module call names. */
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { SourceText } from '../../domain/source.ts';
import type { Attribute, Block, ParsedFile } from './syntax/ast.ts';
import { parseHcl } from './syntax/parser.ts';

export interface ParsedSource {
  readonly source: SourceText;
  readonly parsed: ParsedFile;
  readonly declared: readonly Declared[];
}

/** What a file declares: a block or a local value, by its name in its table. */
export type Declared =
  | { readonly table: Exclude<Table, 'locals'>; readonly name: string; readonly declaration: Declaration }
  | { readonly table: 'locals'; readonly name: string; readonly definition: Definition };

export type Table = 'variables' | 'locals' | 'resources' | 'data' | 'modules' | 'outputs';

export interface Declaration {
  readonly block: Block;
  readonly source: SourceText;
  /** Blocks of override files for the same thing, in the order in which they apply. */
  readonly overrides: readonly Declaration[];
}

export interface Definition {
  readonly attribute: Attribute;
  readonly source: SourceText;
}

export interface Folder {
  /** Relative to the audited root, `.` for that itself. */
  readonly path: string;
  readonly files: ReadonlyMap<string, ParsedSource>;
  readonly variables: ReadonlyMap<string, Declaration>;
  readonly locals: ReadonlyMap<string, Definition>;
  /** By `type.name`. */
  readonly resources: ReadonlyMap<string, Declaration>;
  /** By `type.name`. */
  readonly data: ReadonlyMap<string, Declaration>;
  readonly modules: ReadonlyMap<string, Declaration>;
  readonly outputs: ReadonlyMap<string, Declaration>;
}

export function parseSource(source: SourceText): ParsedSource {
  const parsed = parseHcl(source.text);
  return { source, parsed, declared: parsed.body.items.flatMap((item) => (item.kind === 'block' ? declaredBy(item, source) : [])) };
}

/** Block types with their table and the number of labels that name them. */
const BLOCKS: ReadonlyMap<string, { readonly table: Exclude<Table, 'locals'>; readonly labels: number }> = new Map([
  ['variable', { table: 'variables', labels: 1 }],
  ['resource', { table: 'resources', labels: 2 }],
  ['data', { table: 'data', labels: 2 }],
  ['module', { table: 'modules', labels: 1 }],
  ['output', { table: 'outputs', labels: 1 }],
]);

function declaredBy(block: Block, source: SourceText): Declared[] {
  if (block.type === 'locals') {
    return block.body.items.flatMap((item) =>
      item.kind === 'attribute' ? [{ table: 'locals', name: item.name, definition: { attribute: item, source } }] : [],
    );
  }
  const known = BLOCKS.get(block.type);
  if (known === undefined || block.labels.length !== known.labels) return [];
  return [{ table: known.table, name: block.labels.map((label) => label.value).join('.'), declaration: { block, source, overrides: [] } }];
}

export function syntaxDiagnostics({ source, parsed }: ParsedSource): Diagnostic[] {
  return parsed.errors.map(({ summary, detail, start, end }) => ({
    level: 'undecided',
    code: 'syntax',
    message: `${summary}: ${detail}`,
    file: source.file,
    span: source.span(start, end),
  }));
}

/** An attribute as the last override has it. */
export function findAttribute(declaration: Declaration, name: string): Definition | undefined {
  for (const { block, source } of [declaration, ...declaration.overrides].toReversed()) {
    for (const item of block.body.items) {
      if (item.kind === 'attribute' && item.name === name) return { attribute: item, source };
    }
  }
  return undefined;
}

class Tables {
  readonly variables: Map<string, Declaration>;
  readonly locals: Map<string, Definition>;
  readonly resources: Map<string, Declaration>;
  readonly data: Map<string, Declaration>;
  readonly modules: Map<string, Declaration>;
  readonly outputs: Map<string, Declaration>;

  constructor(from?: Folder) {
    this.variables = new Map(from?.variables);
    this.locals = new Map(from?.locals);
    this.resources = new Map(from?.resources);
    this.data = new Map(from?.data);
    this.modules = new Map(from?.modules);
    this.outputs = new Map(from?.outputs);
  }

  folder(path: string, files: Folder['files']): Folder {
    const { variables, locals, resources, data, modules, outputs } = this;
    return { path, files, variables, locals, resources, data, modules, outputs };
  }

  /** What is declared twice is what came first; override files come last, and add to it. */
  declare(each: Declared, override: boolean): void {
    if (each.table === 'locals') {
      if (override || !this.locals.has(each.name)) this.locals.set(each.name, each.definition);
      return;
    }
    const table = this[each.table];
    const existing = table.get(each.name);
    if (existing === undefined) table.set(each.name, each.declaration);
    else if (override) table.set(each.name, { ...existing, overrides: [...existing.overrides, each.declaration] });
  }
}

export function readFolder(path: string, files: ReadonlyMap<string, ParsedSource>): Folder {
  const tables = new Tables();
  const ordered = [...files.values()].toSorted(
    (a, b) => Number(isOverride(a.source.file)) - Number(isOverride(b.source.file)) || (a.source.file < b.source.file ? -1 : 1),
  );
  for (const { source, declared } of ordered) for (const each of declared) tables.declare(each, isOverride(source.file));
  return tables.folder(path, files);
}

/** The folder with other text for some of its files; costs what those hold. */
export function rereadFolder(before: Folder, changed: readonly ParsedSource[]): Folder {
  const files = new Map(before.files);
  for (const each of changed) files.set(each.source.file, each);
  if ([...files.keys()].some(isOverride)) return readFolder(before.path, files);
  const tables = new Tables(before);
  for (const { source } of changed) {
    for (const each of before.files.get(source.file)?.declared ?? []) {
      const current = tables[each.table].get(each.name);
      if (current === (each.table === 'locals' ? each.definition : each.declaration)) tables[each.table].delete(each.name);
      // Declared elsewhere too: which of them counts is for the order of the files to say.
      else return readFolder(before.path, files);
    }
  }
  for (const { declared } of changed) for (const each of declared) tables.declare(each, false);
  return tables.folder(before.path, files);
}

/** `override.tf`, `*_override.tf` */
function isOverride(file: string): boolean {
  return /(?:^|[/_])override\.tf$/u.test(file);
}
