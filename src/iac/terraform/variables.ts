/**
 * Values of a root's variables: `terraform.tfvars`, `terraform.tfvars.json`, then `*.auto.tfvars` and `*.auto.tfvars.json`
 * together by name, then the files that whoever starts the audit named; later ones win. The environment is never read.
 */
import { dirname, join } from 'node:path/posix';
import type { Diagnostic } from '../../domain/diagnostic.ts';
import { SourceText } from '../../domain/source.ts';
import type { FileReader } from '../root.ts';
import type { Attribute, ParsedFile, Range } from './syntax/ast.ts';
import type { Datum } from './values/datum.ts';
import { unknown } from './values/datum.ts';
import { headerOf } from './body.ts';
import { evaluate } from './evaluate.ts';
import { syntaxDiagnostics } from './folder.ts';
import { Limits } from './limits.ts';
import type { Names } from './scope.ts';
import { parseValuesJson } from './syntax/json.ts';
import { parseHcl } from './syntax/parser.ts';
import { mentions } from './syntax/references.ts';

export interface Values {
  readonly given: ReadonlyMap<string, Datum>;
  /** The files that were read for them. */
  readonly read: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export class ValueFiles {
  readonly #sources: ReadonlyMap<string, SourceText>;
  readonly #reader: FileReader;
  /** Of the named files, which every root has. */
  readonly #named: Values;

  /** `sources`: files of values below the audited root. `named`: paths relative to it. */
  constructor(sources: readonly SourceText[], reader: FileReader, named: readonly string[]) {
    this.#sources = new Map(sources.map((source) => [source.file, source]));
    this.#reader = reader;
    this.#named = readAll(named.map((path) => this.#open(path)));
  }

  /** What is wrong with the named files is the same diagnostic for every root. */
  of(folder: string): Values {
    const own = readAll(this.#automatic(folder).map((path) => this.#open(path)));
    return {
      given: new Map([...own.given, ...this.#named.given]),
      read: [...new Set([...own.read, ...this.#named.read])],
      diagnostics: [...own.diagnostics, ...this.#named.diagnostics],
    };
  }

  /** In the order in which they apply. */
  #automatic(folder: string): string[] {
    const here = [...this.#sources.keys(), ...this.#reader.list(folder)].filter((path) => dirname(path) === folder);
    const paths = new Set(here);
    const main = ['terraform.tfvars', 'terraform.tfvars.json'].map((name) => join(folder, name)).filter((path) => paths.has(path));
    return [...main, ...[...paths].filter((path) => /\.auto\.tfvars(?:\.json)?$/u.test(path)).toSorted()];
  }

  #open(path: string): SourceText | Diagnostic {
    const source = this.#sources.get(path);
    if (source !== undefined) return source;
    const answer = this.#reader.read(path);
    if ('text' in answer) return new SourceText(path, answer.text);
    const message = `${path} gives values to variables and cannot be read: ${answer.failure}`;
    return { level: 'undecided', code: 'unreadable', message, file: path };
  }
}

function readAll(files: readonly (SourceText | Diagnostic)[]): Values {
  const given = new Map<string, Datum>();
  const diagnostics: Diagnostic[] = [];
  const read: string[] = [];
  for (const source of files) {
    if (!(source instanceof SourceText)) {
      diagnostics.push(source);
      continue;
    }
    read.push(source.file);
    const parsed = source.file.endsWith('.json') ? parseValuesJson(source.text) : parseHcl(source.text);
    diagnostics.push(...syntaxDiagnostics({ source, parsed }));
    readFile(source, parsed, given, diagnostics);
  }
  return { given, read, diagnostics };
}

function readFile(source: SourceText, parsed: ParsedFile, given: Map<string, Datum>, diagnostics: Diagnostic[]): void {
  const refuse = ({ start, end }: Range, what: string): void => {
    const message = `${what}; a file of values holds literal values, one for each variable`;
    diagnostics.push({ level: 'undecided', code: 'not-literal', message, file: source.file, span: source.span(start, end) });
  };
  const names: Names = {
    limits: new Limits(),
    files: { folder: dirname(source.file), reader: { read: () => ({ failure: 'files of values read no files' }), list: () => [] } },
    evaluate,
    resolve: (first) => ({ datum: unknown(`${first} has no meaning in a file of values`), taken: 0 }),
  };
  for (const item of parsed.body.items) {
    if (item.kind === 'block') {
      refuse(headerOf(item), `${item.type} is a block`);
      continue;
    }
    const computed = computedPart(item);
    if (computed === undefined) {
      given.set(item.name, evaluate(item.value, { source, names, frame: undefined }));
    } else {
      refuse(computed, `the value of ${item.name} is computed`);
      given.set(item.name, unknown(`its value in ${source.file} is computed, which Terraform refuses`));
    }
  }
}

/** The first function call or reference that is met in a value. */
function computedPart({ value }: Attribute): Range | undefined {
  for (const mention of mentions(value)) return mention;
  return undefined;
}
