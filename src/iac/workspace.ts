/** All roots of an audited tree as one workspace. */
import { groupBy } from '../domain/group-by.ts';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path/posix';
import type { Change } from '../domain/change.ts';
import type { Coverage, Diagnostic, FileNote } from '../domain/diagnostic.ts';
import { keyOf } from '../domain/resource.ts';
import type { Resource } from '../domain/resource.ts';
import { applyEdits, SourceText } from '../domain/source.ts';
import type { Edit, Span } from '../domain/source.ts';
import type { Copy, Workspace } from '../domain/workspace.ts';
import { looksLikeJson, looksLikeTemplate, mayBeTemplate, readCloudFormation } from './cloudformation/index.ts';
import type { CloudFormationOptions } from './cloudformation/index.ts';
import { coverageOf } from './coverage.ts';
import { discover, listFiles, selection } from './discovery.ts';
import { fileReader, folderFiles, tooLarge } from './files.ts';
import type { Files, Reading } from './files.ts';
import { formatOf } from './format.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Limits } from './limits.ts';
import type { FileReader, Root } from './root.ts';
import { readPlans } from './plan/index.ts';
import { readTerraform } from './terraform/index.ts';

export interface WorkspaceOptions {
  /** Reads what the sources name (`file()`); without it, nothing. */
  readonly reader?: FileReader;
  readonly limits?: Partial<Limits>;
  /** Whether a file was asked for; the others are read only as far as those need them. All, when not given. */
  readonly selected?: (file: string) => boolean;
  /** What finding the files had to say. */
  readonly diagnostics?: readonly Diagnostic[];
  readonly ignored?: readonly FileNote[];
  /** Files of values for Terraform variables and template parameters, for the reader to read; they apply to every root. */
  readonly variableFiles?: readonly string[];
  readonly parameterFiles?: readonly string[];
  /** Plans as JSON; each takes the place of the Terraform root that it was made from. */
  readonly plans?: readonly SourceText[];
}

/** Reads sources that are in memory. Files that are no infrastructure code are left out. */
export function createWorkspace(sources: readonly SourceText[], options: WorkspaceOptions = {}): Workspace {
  return new ReadWorkspace(sources, options);
}

/** What to read of an audited tree. */
export interface Asked {
  /** Globs, files and folders relative to the root, whichever may match; `.` for all. */
  readonly paths: readonly string[];
  /** Named by whoever starts the audit, relative to the root; they may lie outside of it. */
  readonly variableFiles?: readonly string[];
  readonly parameterFiles?: readonly string[];
  readonly planFiles?: readonly string[];
  readonly limits?: Partial<Limits>;
}

export interface Folder extends Asked {
  /** Absolute; the folder that is audited. */
  readonly root: string;
}

/**
 * Reads the infrastructure code below a folder. Terraform files outside the paths are read too, as far
 * as a module that was asked for calls them.
 * @throws Error when the root cannot be found; nothing below it makes it throw.
 */
export async function readWorkspace({ root, ...asked }: Folder): Promise<Workspace> {
  return readFiles(folderFiles(await realpath(root)), asked);
}

/** The same of files that may be anywhere. */
export function readFiles(files: Files, { paths, limits: given, ...named }: Asked): Workspace {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const selected = selection(paths);
  const found = discover(files, selected, limits);
  const diagnostics = [...found.diagnostics];
  const sources: SourceText[] = [];
  for (const { path, real } of found.files) {
    const reading = readCandidate(files, path, real, limits);
    if (reading === null) continue;
    if ('text' in reading) sources.push(new SourceText(path, reading.text));
    else if (selected(path)) diagnostics.push({ level: 'undecided', code: reading.code, message: reading.failure, file: path });
  }
  const plans: SourceText[] = [];
  for (const path of named.planFiles ?? []) {
    const reading = files.readNamed(path, limits.planBytes);
    if ('text' in reading) plans.push(new SourceText(path, reading.text));
    else if (reading.bytes?.toString('latin1', 0, 2) === 'PK') plans.push(new SourceText(path, 'PK'));
    else diagnostics.push({ level: 'undecided', code: reading.code, message: `the plan is not read: ${reading.failure}`, file: path });
  }
  const { variableFiles = [], parameterFiles = [] } = named;
  const list: FileReader['list'] = (below) => listFiles(files, below, limits.files);
  const reader = fileReader(files, list, new Set([...variableFiles, ...parameterFiles]));
  return createWorkspace(sources, { reader, limits, selected, diagnostics, ignored: found.ignored, variableFiles, parameterFiles, plans });
}

/** Null when it is a file that may be a template by its name, and is none by its content. */
function readCandidate(files: Files, path: string, real: string, limits: Limits): Reading | null {
  const reading = files.read(real, limits.fileBytes);
  if (formatOf(path)?.kind !== 'template') return reading;
  if ('failure' in reading) return reading.bytes === null || looksLikeTemplate(legible(reading.bytes)) ? reading : null;
  const { text } = reading;
  if (!mayBeTemplate(text)) return null;
  return !looksLikeJson(text) && Buffer.byteLength(text) > limits.yamlBytes ? tooLarge(limits.yamlBytes) : reading;
}

/** Enough to tell what bytes are that are not UTF-8; UTF-16 reads as its ASCII part. */
function legible(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replaceAll('\0', '')
    .replace(/^(?:\u00FF\u00FE|\u00FE\u00FF)/u, '');
}

const NO_FILES: FileReader = {
  read: () => ({ failure: 'files outside the sources are not read here' }),
  list: () => [],
};

class ReadWorkspace implements Workspace {
  readonly resources: readonly Resource[];
  readonly coverage: Coverage;
  readonly diagnostics: readonly Diagnostic[];
  readonly #sources: ReadonlyMap<string, SourceText>;
  readonly #rootByResource: (resource: Pick<Resource, 'framework' | 'root'>) => Root | undefined;
  readonly #rootsByFile = new Map<string, Root[]>();
  readonly #byKey: ReadonlyMap<string, Resource>;
  readonly #byPlace: ReadonlyMap<string, readonly Resource[]>;

  constructor(sources: readonly SourceText[], options: WorkspaceOptions) {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { reader = NO_FILES, variableFiles = [], parameterFiles = [], plans = [] } = options;
    const named = new Set(plans.map(({ file }) => file));
    const selected = (file: string): boolean => named.has(file) || options.selected?.(file) !== false;
    const unnamed = sources.filter(({ file }) => !named.has(file));
    const asked = { selected, reader, limits, variableFiles, parameterFiles, plans };
    const { roots, ignored, diagnostics, shown } = readRoots(unnamed, asked);
    const resources = roots.flatMap((root) => selectedOf(root, selected));
    this.resources = resources.slice(0, limits.resources);
    for (const root of roots) for (const file of root.files) this.#rootsByFile.set(file, [...(this.#rootsByFile.get(file) ?? []), root]);
    this.#sources = new Map([...sources, ...shown].map((source) => [source.file, source]));
    this.diagnostics = [
      ...(options.diagnostics ?? []),
      ...diagnostics,
      // What roots share, such as a module or a file of values, is said once.
      ...new Map(roots.flatMap((root) => root.diagnostics).map((each) => [textOf(each), each])).values(),
      ...[...this.#rootsByFile.keys()].flatMap((file) => hiddenCharacters(this.#sources.get(file))),
      ...(resources.length > limits.resources ? [tooManyResources(resources.length, limits.resources)] : []),
    ];
    this.coverage = coverageOf(this.diagnostics, {
      read: [...this.#rootsByFile].map(([path, [root]]) => ({
        path,
        reason: root?.framework === 'cloudformation' ? 'CloudFormation' : 'Terraform',
      })),
      ignored: [...(options.ignored ?? []), ...ignored],
    });
    const byPath = new Map(roots.map((root) => [`${root.framework} ${root.path}`, root]));
    this.#rootByResource = ({ framework, root }) => byPath.get(`${framework} ${root}`);
    this.#byKey = new Map(this.resources.map((resource) => [keyOf(resource), resource]));
    this.#byPlace = groupBy(this.resources, ({ source }) => placeOf(source));
  }

  source(file: string): SourceText | undefined {
    return this.#sources.get(file);
  }

  sharing(declaration: Span): readonly Resource[] {
    return this.#byPlace.get(placeOf(declaration)) ?? [];
  }

  edits(changes: readonly Change[]): readonly Edit[] | null {
    const edits: Edit[] = [];
    const byRoot = groupBy(changes, (change) => this.#rootByResource(change.kind === 'add' ? change.beside : change.resource));
    for (const [root, own] of byRoot) {
      const planned = root?.edits(own) ?? null;
      if (planned === null) return null;
      edits.push(...planned);
    }
    return edits;
  }

  reread(edits: readonly Edit[]): Copy {
    const texts = new Map<string, SourceText>();
    for (const [file, own] of groupBy(edits, ({ span }) => span.file)) {
      const before = this.#sources.get(file);
      if (before === undefined) throw new Error(`${file} is not a file of the workspace`);
      texts.set(file, new SourceText(file, applyEdits(before.text, own)));
    }
    const touched = new Set([...texts.keys()].flatMap((file) => this.#rootsByFile.get(file) ?? []));
    const copies = new Map(
      [...touched].map((root) => [root.path, root.reread(new Map([...texts].filter(([file]) => root.files.includes(file))))]),
    );
    return {
      diagnostics: [...copies.values()].flatMap((copy) => copy.diagnostics),
      added: [...copies.values()].flatMap((copy) => copy.added),
      removed: [...copies].flatMap(([root, copy]) => copy.removed.map((address) => keyOf({ root, address }))),
      resource: (root, address) => {
        const copy = copies.get(root);
        return copy === undefined ? this.#byKey.get(keyOf({ root, address })) : copy.resource(address);
      },
    };
  }
}

const NOT_ASKED = 'it is outside the paths that were asked for';

interface Roots {
  readonly roots: readonly Root[];
  readonly ignored: readonly FileNote[];
  readonly diagnostics: readonly Diagnostic[];
  /** Plans as they may be shown. */
  readonly shown: readonly SourceText[];
}

interface RootOptions extends Required<CloudFormationOptions> {
  readonly variableFiles: readonly string[];
  readonly plans: readonly SourceText[];
}

function readRoots(sources: readonly SourceText[], options: RootOptions): Roots {
  const { selected, reader } = options;
  const [ignored, templates, terraform]: [FileNote[], SourceText[], SourceText[]] = [[], [], []];
  const ignore = (path: string, reason: string): void => void ignored.push({ path, reason: selected(path) ? reason : NOT_ASKED });
  for (const source of sources) {
    const { file, text } = source;
    const format = formatOf(file);
    if (format?.kind === 'terraform') terraform.push(source);
    else if (format?.kind === 'template' && mayBeTemplate(text)) templates.push(source);
  }
  const cloudFormation = readCloudFormation(templates, options);
  const planned = readPlans(options.plans, readTerraform(terraform, reader, options.variableFiles));
  const roots = [...planned.roots.filter(({ files }) => files.some(selected)), ...cloudFormation.roots];
  const used = new Set(roots.flatMap(({ files }) => files));
  const reasons = new Map(roots.flatMap((root) => (root.ignored ?? []).map(({ path, reason }) => [path, reason])));
  for (const { file } of terraform) if (!used.has(file)) ignore(file, reasons.get(file) ?? 'no Terraform module reads it');
  for (const { file, text } of templates)
    if (!used.has(file) && looksLikeTemplate(text)) ignore(file, 'it has no version and no resource of a CloudFormation template');
  return { roots, ignored, diagnostics: [...cloudFormation.diagnostics, ...planned.diagnostics], shown: planned.sources };
}

/** The same for diagnostics that say the same of the same place. */
function textOf({ level, code, message, file, span }: Diagnostic): string {
  return JSON.stringify([level, code, message, file, span?.start.offset]);
}

/** Characters that are not seen, or that turn the order of what is seen, may hide what a line says. */
function hiddenCharacters(source: SourceText | undefined): Diagnostic[] {
  const found = source === undefined ? null : /[\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069]/u.exec(source.text);
  if (source === undefined || found === null) return [];
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const message = `the file has characters that are not seen, the first of them U+${code}; what it says may not be what it shows`;
  return [{ level: 'warning', code: 'hidden-characters', message, file: source.file, span: source.span(found.index, found.index + 1) }];
}

function tooManyResources(count: number, limit: number): Diagnostic {
  return {
    level: 'undecided',
    code: 'limit-resources',
    message: `there are ${count} resources, of which only the first ${limit} are audited`,
  };
}

/** A resource counts when the file that declares it was asked for, or a file of its root, whose modules and nested stacks come with it. */
function selectedOf({ path, files, resources }: Root, selected: (file: string) => boolean): readonly Resource[] {
  const isWhole = files.some((file) => (file === path || dirname(file) === path) && selected(file));
  return isWhole ? resources : resources.filter(({ source: { file } }) => selected(file));
}

function placeOf({ file, start, end }: Span): string {
  return `${file}\u0000${start.offset}\u0000${end.offset}`;
}
