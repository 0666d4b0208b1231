/**
 * Files with values of parameters, in the formats of the AWS CLI (a list of `ParameterKey` and
 * `ParameterValue`, or of `Key=Value`), of CodePipeline (a map with `Parameters`), and as a plain map.
 */
import type { Diagnostic } from '../../domain/diagnostic.ts';
import { known, unknown } from '../../domain/value.ts';
import type { Value } from '../../domain/value.ts';
import { SourceText } from '../../domain/source.ts';
import type { Limits } from '../limits.ts';
import type { FileReader } from '../root.ts';
import { entryOf } from './ast.ts';
import type { MappingNode, Node } from './ast.ts';
import { parseJson } from './json.ts';
import { parameterScalar } from './parameters.ts';
import { Problems, shorten } from './problems.ts';
import { looksLikeJson } from './template.ts';
import { parseYaml } from './yaml.ts';

export interface ParameterFiles {
  /** By name; of several files, the last that names it. */
  readonly values: ReadonlyMap<string, Value>;
  /** Those that could be read. */
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** `paths` are relative to the audited root; without a reader, none is read. */
export function readParameterFiles(paths: readonly string[], reader: FileReader | undefined, limits: Limits): ParameterFiles {
  const values = new Map<string, Value>();
  const files: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    const answer = reader?.read(path) ?? { failure: 'no files are read here' };
    if ('failure' in answer) {
      const message = `it gives values to parameters and cannot be read: ${answer.failure}`;
      diagnostics.push({ level: 'undecided', code: 'unreadable', message, file: path });
      continue;
    }
    files.push(path);
    const source = new SourceText(path, answer.text);
    const {
      tree,
      others,
      diagnostics: said,
    } = (looksLikeJson(answer.text) || /^\uFEFF?\s*\[/u.test(answer.text) ? parseJson : parseYaml)(source, limits);
    const file = new ParameterFile(source);
    if (tree !== null && others.length === 0) file.read(tree);
    diagnostics.push(...said, ...file.problems.list);
    for (const [name, value] of file.values) values.set(name, value);
  }
  return { values, files, diagnostics };
}

class ParameterFile {
  readonly values = new Map<string, Value>();
  readonly problems: Problems;
  readonly #source: SourceText;

  constructor(source: SourceText) {
    this.#source = source;
    this.problems = new Problems(source);
  }

  read(tree: Node): void {
    const parameters = entryOf(tree, 'Parameters')?.value;
    if (tree.kind === 'sequence') for (const item of tree.items) this.#item(item);
    else if (parameters?.kind === 'mapping') this.#map(parameters);
    else if (tree.kind === 'mapping') this.#map(tree);
    else this.#malformed(tree);
  }

  #map({ entries }: MappingNode): void {
    for (const { key, value } of entries) this.#give(key, value);
  }

  #item(item: Node): void {
    const key = entryOf(item, 'ParameterKey')?.value;
    const value = entryOf(item, 'ParameterValue')?.value;
    const previous = entryOf(item, 'UsePreviousValue')?.value;
    if (key?.kind === 'scalar' && value !== undefined) return this.#give(String(key.value), value);
    if (key?.kind === 'scalar' && previous?.kind === 'scalar' && String(previous.value).toLowerCase() === 'true') {
      const reason = `parameter ${shorten(String(key.value))} keeps the value that the stack has`;
      this.values.set(String(key.value), unknown(reason, this.#source.span(item.start, item.end)));
      return;
    }
    const pair = item.kind === 'scalar' ? /^([A-Za-z0-9]+)=(.*)$/su.exec(String(item.value)) : null;
    const [, name, text] = pair ?? [];
    if (name === undefined || text === undefined) this.#malformed(item);
    else this.values.set(name, known(text, this.#source.span(item.start, item.end)));
  }

  #give(name: string, node: Node): void {
    const span = this.#source.span(node.start, node.end);
    if (node.kind === 'scalar' && node.tag === null && node.value !== null) {
      const value = parameterScalar(node, span);
      if (node.ambiguity !== undefined) this.problems.warningAt('ambiguous-scalar', node.ambiguity, span);
      this.values.set(name, value);
    } else if (node.kind === 'sequence' && node.items.every((item) => item.kind === 'scalar')) {
      this.values.set(name, known(node.items.map((item) => (item.kind === 'scalar' ? String(item.value ?? '') : '')).join(','), span));
    } else if (node.kind === 'mapping') {
      this.values.set(name, unknown(`parameter ${shorten(name)} is known only when the pipeline runs`, span));
    } else this.#malformed(node, name);
  }

  #malformed(node: Node, name?: string): void {
    const what = name === undefined ? 'this' : `the value of ${shorten(name)}`;
    if (name !== undefined)
      this.values.set(name, unknown('its value in the file of parameters cannot be read', this.#source.span(node.start, node.end)));
    this.problems.undecided(
      'invalid-parameters',
      `${what} is not written as a file of parameters has it: a list of ParameterKey and ParameterValue, or a map of names and texts`,
      node,
    );
  }
}
