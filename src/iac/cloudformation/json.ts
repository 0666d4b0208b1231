/** JSON text to the tree of a template. */
import { printParseErrorCode, visit } from 'jsonc-parser';
import type { SourceText } from '../../domain/source.ts';
import type { Limits } from '../limits.ts';
import type { Entry, Node, Range } from './ast.ts';
import type { Parsed } from './parsed.ts';
import { Problems } from './problems.ts';

/** Broken JSON gives what could be read of it, and diagnostics. */
export function parseJson(source: SourceText, limits: Limits): Parsed {
  const problems = new Problems(source);
  const deep = tooDeepAt(source.text, limits.depth);
  if (deep !== null) {
    problems.undecided('limit-depth', `maps and lists lie within each other more than ${limits.depth} deep; the file is not read`, {
      start: deep,
      end: deep + 1,
    });
    return { tree: null, others: [], anchored: false, diagnostics: problems.list };
  }
  const text = source.text.startsWith('\uFEFF') ? ` ${source.text.slice(1)}` : source.text;
  const tree = new Tree(problems, limits);
  let errors = 0;
  visit(
    text,
    {
      onObjectBegin: (offset) => tree.open('mapping', offset),
      onObjectProperty: (name, offset, length) => tree.key(name, { start: offset, end: offset + length }),
      onObjectEnd: (offset, length) => tree.close(offset + length),
      onArrayBegin: (offset) => tree.open('sequence', offset),
      onArrayEnd: (offset, length) => tree.close(offset + length),
      onLiteralValue: (value: string | number | boolean | null, offset, length) =>
        tree.scalar(value, { start: offset, end: offset + length }),
      onError: (error, offset, length) => {
        errors += 1;
        if (errors > MOST_ERRORS) return;
        problems.undecided('syntax', `not valid JSON: ${words(printParseErrorCode(error))}`, { start: offset, end: offset + length });
      },
    },
    { disallowComments: true, allowTrailingComma: false },
  );
  return { tree: tree.finish(text.length), others: [], anchored: false, diagnostics: problems.list };
}

/** More of them follow from the first. */
const MOST_ERRORS = 10;

function words(code: string): string {
  return code.replaceAll(/(?<=.)[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
}

/** Offset of the bracket that is one too deep. */
function tooDeepAt(text: string, limit: number): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      for (at += 1; at < text.length && text.charCodeAt(at) !== 0x22 && text.charCodeAt(at) !== 0x0a; at += 1)
        if (text.charCodeAt(at) === 0x5c) at += 1;
    } else if (unit === 0x7b || unit === 0x5b) {
      depth += 1;
      if (depth > limit) return at;
    } else if (unit === 0x7d || unit === 0x5d) depth -= 1;
  }
  return null;
}

/** A map or list that is not closed yet. */
interface Open {
  readonly kind: 'mapping' | 'sequence';
  readonly start: number;
  readonly entries: Entry[];
  readonly items: Node[];
  readonly keys: Set<string>;
  /** Of the value that comes next; null where it has none, or is left out. */
  key: { readonly name: string; readonly range: Range } | null;
}

/** Our tree, made while the text is read. */
class Tree {
  readonly #problems: Problems;
  readonly #limits: Limits;
  readonly #open: Open[] = [];
  #root: Node | null = null;

  constructor(problems: Problems, limits: Limits) {
    this.#problems = problems;
    this.#limits = limits;
  }

  open(kind: Open['kind'], start: number): void {
    this.#open.push({ kind, start, entries: [], items: [], keys: new Set(), key: null });
  }

  key(name: string, range: Range): void {
    const map = this.#open.at(-1);
    if (map === undefined) return;
    const left = this.#problems.repeats(map.keys, name, range) || this.#problems.crowded(map.keys, range, this.#limits);
    map.key = left ? null : { name, range };
  }

  scalar(value: string | number | boolean | null, content: Range): void {
    const { start, end } = content;
    this.#add({
      start,
      end,
      tag: null,
      anchored: false,
      content,
      kind: 'scalar',
      style: typeof value === 'string' ? 'double' : 'plain',
      value,
    });
  }

  close(end: number): void {
    const closed = this.#open.pop();
    if (closed === undefined) return;
    const { kind, start, entries, items } = closed;
    const base = { start, end, tag: null, anchored: false, content: { start, end }, flow: true } as const;
    this.#add(kind === 'mapping' ? { ...base, kind, entries } : { ...base, kind, items });
  }

  /** Null when the text has no value. What is still open ends with the text. */
  finish(end: number): Node | null {
    while (this.#open.length > 0) this.close(end);
    return this.#root;
  }

  #add(value: Node): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root ??= value;
    else if (parent.kind === 'sequence') parent.items.push(value);
    else if (parent.key !== null) {
      parent.entries.push({ key: parent.key.name, keyRange: parent.key.range, value, merge: false });
      parent.key = null;
    }
  }
}
