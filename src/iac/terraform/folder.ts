/** What the files of one folder declare, override files merged; the unit that a module call names. */
import type { Diagnostic, FileNote } from '../../domain/diagnostic.ts';
import type { SourceText } from '../../domain/source.ts';
import { headerOf } from './body.ts';
import type { Attribute, Block, Expression, ParsedFile } from './syntax/ast.ts';
import { Overlay } from './overlay.ts';
import { parseTerraformJson } from './syntax/json.ts';
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

export type Table = 'variables' | 'locals' | 'resources' | 'data' | 'modules' | 'outputs' | 'providers';

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

/** What is declared in a folder, by its name. */
export interface Declarations {
  readonly variables: ReadonlyMap<string, Declaration>;
  readonly locals: ReadonlyMap<string, Definition>;
  /** By `type.name`. */
  readonly resources: ReadonlyMap<string, Declaration>;
  /** By `type.name`. */
  readonly data: ReadonlyMap<string, Declaration>;
  readonly modules: ReadonlyMap<string, Declaration>;
  readonly outputs: ReadonlyMap<string, Declaration>;
  /** By `aws`, `aws.alias`. */
  readonly providers: ReadonlyMap<string, Declaration>;
}

export interface Folder extends Declarations {
  /** Relative to the audited root, `.` for that itself. */
  readonly path: string;
  readonly files: ReadonlyMap<string, ParsedSource>;
  /** What is wrong with the files together, each by itself being right. */
  readonly conflicts: readonly Diagnostic[];
  /** Files that others take the place of. */
  readonly ignored: readonly FileNote[];
}

export function parseSource(source: SourceText): ParsedSource {
  const parsed = source.file.endsWith('.json') ? parseTerraformJson(source.text) : parseHcl(source.text);
  return { source, parsed, declared: parsed.body.items.flatMap((item) => (item.kind === 'block' ? declaredBy(item, source) : [])) };
}

/** Block types with their table and the number of labels that name them. */
const BLOCKS: ReadonlyMap<string, { readonly table: Exclude<Table, 'locals'>; readonly labels: number }> = new Map([
  ['variable', { table: 'variables', labels: 1 }],
  ['resource', { table: 'resources', labels: 2 }],
  ['data', { table: 'data', labels: 2 }],
  ['module', { table: 'modules', labels: 1 }],
  ['output', { table: 'outputs', labels: 1 }],
  ['provider', { table: 'providers', labels: 1 }],
]);

function declaredBy(block: Block, source: SourceText): Declared[] {
  if (block.type === 'locals') {
    return block.body.items.flatMap((item) =>
      item.kind === 'attribute' ? [{ table: 'locals', name: item.name, definition: { attribute: item, source } }] : [],
    );
  }
  const known = BLOCKS.get(block.type);
  if (known === undefined || block.labels.length !== known.labels) return [];
  const declaration = { block, source, overrides: [] };
  const alias = known.table === 'providers' ? findAttribute(declaration, 'alias')?.attribute.value : undefined;
  const name = [...block.labels.map((label) => label.value), ...(alias === undefined ? [] : [plainText(alias) ?? ''])].join('.');
  return [{ table: known.table, name, declaration }];
}

/** Of a text without interpolations. */
function plainText(value: Expression): string | undefined {
  const [part, ...more] = value.kind === 'template' ? value.parts : [];
  return part?.kind === 'text' && more.length === 0 ? part.value : undefined;
}

export function syntaxDiagnostics({ source, parsed }: Pick<ParsedSource, 'source' | 'parsed'>): Diagnostic[] {
  return parsed.errors.map(({ summary, detail, start, end }) => ({
    level: 'undecided',
    code: 'syntax',
    message: `${summary}: ${detail}`,
    file: source.file,
    span: source.span(start, end),
  }));
}

/** All that reading a folder's files gives to say. */
export function folderDiagnostics({ files, conflicts }: Folder): Diagnostic[] {
  return [...[...files.values()].flatMap(syntaxDiagnostics), ...conflicts];
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

const KINDS: Readonly<Record<Table, string>> = {
  variables: 'variable',
  locals: 'local value',
  resources: 'resource',
  data: 'data source',
  modules: 'module call',
  outputs: 'output',
  providers: 'provider',
};

class Tables implements Declarations {
  readonly variables: Overlay<Declaration>;
  readonly locals: Overlay<Definition>;
  readonly resources: Overlay<Declaration>;
  readonly data: Overlay<Declaration>;
  readonly modules: Overlay<Declaration>;
  readonly outputs: Overlay<Declaration>;
  readonly providers: Overlay<Declaration>;
  readonly conflicts: Diagnostic[] = [];

  constructor(from?: Declarations) {
    this.variables = new Overlay(from?.variables);
    this.locals = new Overlay(from?.locals);
    this.resources = new Overlay(from?.resources);
    this.data = new Overlay(from?.data);
    this.modules = new Overlay(from?.modules);
    this.outputs = new Overlay(from?.outputs);
    this.providers = new Overlay(from?.providers);
  }

  folder(path: string, files: Folder['files'], ignored: readonly FileNote[]): Folder {
    const { variables, locals, resources, data, modules, outputs, providers, conflicts } = this;
    return { path, files, variables, locals, resources, data, modules, outputs, providers, conflicts, ignored };
  }

  /** What is declared twice is what came first; override files come last, and add to it. */
  declare(each: Declared, override: boolean): void {
    if (each.table === 'locals') {
      const existing = this.locals.get(each.name);
      if (override || existing === undefined) this.locals.set(each.name, each.definition);
      this.#check(each, existing, override);
      return;
    }
    const table = this[each.table];
    const existing = table.get(each.name);
    if (existing === undefined) table.set(each.name, each.declaration);
    else if (override) table.set(each.name, { ...existing, overrides: [...existing.overrides, each.declaration] });
    this.#check(each, existing, override);
  }

  #check(each: Declared, existing: Declaration | Definition | undefined, override: boolean): void {
    // A default provider configuration is there without being written.
    const isImplied = each.table === 'providers' && !each.name.includes('.') && existing === undefined;
    if (override === (existing !== undefined) || isImplied) return;
    const what = `the ${KINDS[each.table]} ${each.name}`;
    if (existing === undefined)
      this.#conflict(each, 'missing-base', `${what} is overridden, but no other file declares it; declare it or remove this`);
    else {
      const { file, line } = placeOf(existing);
      this.#conflict(
        each,
        'duplicate-declaration',
        `${what} is declared already in ${file}, line ${line}; rename or remove one of the two`,
      );
    }
  }

  #conflict(each: Declared, code: string, message: string): void {
    const { source } = each.table === 'locals' ? each.definition : each.declaration;
    const { start, end } = each.table === 'locals' ? each.definition.attribute.nameRange : headerOf(each.declaration.block);
    this.conflicts.push({ level: 'undecided', code, message, file: source.file, span: source.span(start, end) });
  }
}

function placeOf(declared: Declaration | Definition): { file: string; line: number } {
  const { start } = 'block' in declared ? declared.block : declared.attribute;
  return { file: declared.source.file, line: declared.source.position(start).line };
}

function declare(files: Iterable<ParsedSource>): Tables {
  const tables = new Tables();
  const ordered = [...files].toSorted(
    (a, b) => Number(isOverride(a.source.file)) - Number(isOverride(b.source.file)) || (a.source.file < b.source.file ? -1 : 1),
  );
  for (const { source, declared } of ordered) for (const each of declared) tables.declare(each, isOverride(source.file));
  return tables;
}

/** Reads files together; `ignored` are those that some of them take the place of. */
export function readFolder(path: string, files: ReadonlyMap<string, ParsedSource>, ignored: readonly FileNote[] = []): Folder {
  return declare(files.values()).folder(path, files, ignored);
}

/** The folder with other text for some of its files; costs what those hold. */
export function rereadFolder(before: Folder, changed: readonly ParsedSource[]): Folder {
  const files = new Map(before.files);
  for (const each of changed) files.set(each.source.file, each);
  if (before.conflicts.length > 0 || [...files.keys()].some(isOverride)) return readFolder(before.path, files, before.ignored);
  const tables = new Tables(before);
  for (const { source } of changed) {
    for (const each of before.files.get(source.file)?.declared ?? []) tables[each.table].delete(each.name);
  }
  for (const { declared } of changed) for (const each of declared) tables.declare(each, false);
  return tables.folder(before.path, files, before.ignored);
}

/** `override.tf`, `*_override.tf`, and their like in JSON and of OpenTofu. */
function isOverride(file: string): boolean {
  return /(?:^|[/_])override\.(?:tf|tofu)(?:\.json)?$/u.test(file);
}
