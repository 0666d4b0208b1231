/** Whether what edits do not touch is declared as before: read from the values, not from the text. */
import type { Resource } from './resource.ts';
import { contains } from './source.ts';
import type { Edit, Span } from './source.ts';
import { isList, isMap } from './value.ts';
import type { Value } from './value.ts';

export interface Pair {
  readonly before: Resource;
  readonly after: Resource;
}

/**
 * How many values outside of the edits are the same after them as before; null when one of them is not, is missing, or is new.
 * A value is told by its instance, the names on its path and its place, which the edits move: items of a list may change their index.
 */
export function unchangedValues(pairs: readonly Pair[], edits: readonly Edit[]): number | null {
  const moves = new Moves(edits);
  let unchanged = 0;
  for (const { before, after } of pairs) {
    const then = leaves(before);
    if (before === after) {
      unchanged += then.length;
      continue;
    }
    const expected = new Map<string, number>();
    const now = leaves(after);
    const written = new Set(now.filter(({ span }) => moves.wrote(span)).map(({ path }) => path));
    for (const { path, words, span } of then) {
      const place = moves.after(span);
      // What nobody wrote (a plan has it of the provider) stands at the header, until it is written.
      if (place === null || (contains(before.header, span) && written.has(path))) continue;
      count(expected, `${path}\u0000${words}\u0000${place}`, 1);
      unchanged += 1;
    }
    for (const { path, words, span } of now) {
      if (!moves.wrote(span)) count(expected, `${path}\u0000${words}\u0000${span.start.offset}`, -1);
    }
    for (const each of expected.values()) if (each !== 0) return null;
  }
  return unchanged;
}

function count(into: Map<string, number>, key: string, by: number): void {
  into.set(key, (into.get(key) ?? 0) + by);
}

interface Leaf {
  /** Instance and names on the way; items of lists have no name. */
  readonly path: string;
  /** All of the value but where it stands in its file. */
  readonly words: string;
  readonly span: Span;
}

function leaves({ instances }: Resource): Leaf[] {
  const found: Leaf[] = [];
  for (const { address, attributes } of instances) collect(attributes, address, found);
  return found;
}

/** Containers count by what they hold. */
function collect(value: Value, path: string, into: Leaf[]): void {
  if (value.state === 'known' && isMap(value.data)) {
    for (const [name, item] of value.data) collect(item, `${path}\u0000${name}`, into);
  } else if (value.state === 'known' && isList(value.data)) {
    for (const item of value.data) collect(item, `${path}\u0000*`, into);
  } else {
    into.push({ path, words: `${value.span.file}\u0000${wordsOf(value)}`, span: value.span });
  }
}

function wordsOf(value: Value): string {
  switch (value.state) {
    case 'known':
      return `known ${typeof value.data === 'object' ? '' : JSON.stringify(value.data)}`;
    case 'unknown':
      return `unknown ${JSON.stringify([value.reason, value.reference, value.prefix, value.suffix])}`;
    case 'absent':
      return 'absent';
    default:
      return value satisfies never;
  }
}

/** Where edits move what they do not touch. What touches an edit counts as changed by it, on either side. */
class Moves {
  readonly #byFile = new Map<
    string,
    { readonly start: number; readonly end: number; readonly writtenAt: number; readonly length: number }[]
  >();

  constructor(edits: readonly Edit[]) {
    const moved = new Map<string, number>();
    for (const { span, replacement } of edits.toSorted((a, b) => a.span.start.offset - b.span.start.offset)) {
      const by = moved.get(span.file) ?? 0;
      const [start, end] = [span.start.offset, span.end.offset];
      const own = this.#byFile.get(span.file) ?? [];
      own.push({ start, end, writtenAt: start + by, length: replacement.length });
      this.#byFile.set(span.file, own);
      moved.set(span.file, by + replacement.length - (end - start));
    }
  }

  /** Where something that stands at `span` starts afterwards; null when an edit touches it. */
  after({ file, start, end }: Span): number | null {
    let at = start.offset;
    for (const edit of this.#byFile.get(file) ?? []) {
      if (edit.start <= end.offset && start.offset <= edit.end) return null;
      if (edit.end < start.offset) at += edit.length - (edit.end - edit.start);
    }
    return at;
  }

  /** Whether what stands at `span` afterwards touches what an edit wrote. */
  wrote({ file, start, end }: Span): boolean {
    return (this.#byFile.get(file) ?? []).some(({ writtenAt, length }) => writtenAt <= end.offset && start.offset <= writtenAt + length);
  }
}
