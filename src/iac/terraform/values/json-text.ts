/** Reads the JSON document in a text made of pieces, with the place of each part and unknown leaves where pieces are unknown. */
import type { Node } from 'jsonc-parser';
import { parseTree } from 'jsonc-parser';
import type { Datum, Piece, Place, UnknownDatum } from './datum.ts';
import { bool, failure, mapping, MAX_DEPTH, NULL, number, overLimit, placed, sequence, string, unknown } from './datum.ts';
import { parseNumber } from './number.ts';

/** Stands for the unknown piece between the marks; neither mark is a character that JSON text would hold. */
const OPEN = '\u{e000}';
const CLOSE = '\u{e001}';
const MARKED = /\u{e000}(\d+)\u{e001}/u;

/** Undefined when the text is no JSON document, whatever the unknown pieces are. */
export function documentIn(pieces: readonly Piece[]): Datum | undefined {
  const { text, segments, unknowns } = joined(pieces);
  const errors: unknown[] = [];
  const tree = depthOf(text) > MAX_DEPTH ? undefined : parseTree(text, errors as never[], { disallowComments: true });
  if (tree === undefined || errors.length > 0) return undefined;
  return read(tree, { text, locator: new Locator(segments), unknowns });
}

/** The value of a JSON text, all of it at one place; undefined when it is no JSON. */
export function parseJson(text: string, place: Place | undefined): Datum | undefined {
  if (depthOf(text) > MAX_DEPTH) return overLimit(`a value nested deeper than ${MAX_DEPTH} is over the limit`);
  try {
    // It is stricter, and gives no places.
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const tree = parseTree(text);
  return tree === undefined ? undefined : read(tree, { text, locator: { place: () => place }, unknowns: [] });
}

interface Document {
  readonly text: string;
  readonly locator: Pick<Locator, 'place'>;
  readonly unknowns: readonly UnknownDatum[];
}

interface Segment {
  readonly start: number;
  readonly end: number;
  readonly place: Place | undefined;
  readonly text: string;
}

function joined(pieces: readonly Piece[]): { text: string; segments: Segment[]; unknowns: UnknownDatum[] } {
  const segments: Segment[] = [];
  const unknowns: UnknownDatum[] = [];
  let text = '';
  let quoted = false;
  for (const piece of pieces) {
    const start = text.length;
    if ('text' in piece) {
      text += piece.text;
      quoted = endsQuoted(piece.text, quoted);
    } else {
      const mark = `${OPEN}${unknowns.length}${CLOSE}`;
      unknowns.push(piece.unknown);
      text += quoted ? mark : `"${mark}"`;
    }
    segments.push({
      start,
      end: text.length,
      place: 'text' in piece ? piece.place : piece.unknown.place,
      text: 'text' in piece ? piece.text : '',
    });
  }
  return { text, segments, unknowns };
}

/** Whether a string of the document is open where the text ends. */
function endsQuoted(text: string, quoted: boolean): boolean {
  let open = quoted;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\' && open) index += 1;
    else if (character === '"') open = !open;
  }
  return open;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\' && quoted) index += 1;
    else if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '[' || character === '{') deepest = Math.max(deepest, (depth += 1));
    else if (character === ']' || character === '}') depth -= 1;
  }
  return deepest;
}

function read(node: Node, document: Document): Datum {
  return located(scalarOrCollection(node, document), document.locator.place(node.offset, node.offset + node.length));
}

function located(datum: Datum, place: Place | undefined): Datum {
  return place === undefined ? datum : placed(datum, place);
}

function scalarOrCollection(node: Node, document: Document): Datum {
  const { unknowns } = document;
  const children = node.children ?? [];
  switch (node.type) {
    case 'object': {
      const entries = new Map<string, Datum>();
      for (const { children: [key, value] = [] } of children) {
        if (key === undefined || value === undefined) continue;
        const marked = MARKED.exec(String(key.value));
        if (marked !== null && unknowns.length > 0) return unknown(unknowns[Number(marked[1])]?.reason ?? 'a key of it is not known');
        entries.set(String(key.value).toWellFormed().normalize('NFC'), read(value, document));
      }
      return mapping('object', entries);
    }
    case 'array':
      return sequence(
        'tuple',
        children.map((child) => read(child, document)),
      );
    case 'string': {
      const text = String(node.value);
      const marked = MARKED.exec(text);
      if (marked === null || unknowns.length === 0) return string(text.toWellFormed());
      const part = unknowns[Number(marked[1])];
      const alone = marked[0].length === text.length;
      return unknown(part?.reason ?? 'a part of it is not known', {
        refersTo: part?.refersTo,
        sensitive: part?.sensitive,
        reference: alone ? part?.reference : undefined,
        prefix: text.slice(0, marked.index),
      });
    }
    case 'number':
      return numberIn(document.text.slice(node.offset, node.offset + node.length));
    case 'boolean':
      return bool(node.value === true);
    case 'null':
    case 'property':
      return NULL;
    default:
      return node.type satisfies never;
  }
}

function numberIn(text: string): Datum {
  const value = parseNumber(text);
  return value === undefined ? failure('this is no number') : number(value);
}

/** Finds where a stretch of the joined text was written. */
class Locator {
  readonly #segments: readonly Segment[];
  readonly #offsets = new Map<Segment, readonly number[] | null>();

  constructor(segments: readonly Segment[]) {
    this.#segments = segments;
  }

  place(start: number, end: number): Place | undefined {
    const first = this.#find(start);
    const last = this.#find(end - 1);
    if (first?.place === undefined || last?.place === undefined || first.place.source !== last.place.source) return undefined;
    const from = this.#source(first, start) ?? first.place.start;
    const lastUnit = this.#source(last, end - 1);
    return { source: first.place.source, start: from, end: lastUnit === undefined ? last.place.end : lastUnit + 1 };
  }

  #find(offset: number): Segment | undefined {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#segments[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return this.#segments[low];
  }

  #source(segment: Segment, offset: number): number | undefined {
    let offsets = this.#offsets.get(segment);
    if (offsets === undefined)
      this.#offsets.set(segment, (offsets = segment.place === undefined ? null : align(segment.text, segment.place)));
    return offsets?.[offset - segment.start];
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
]);

/** For each character of a template's text its offset in the source, which may hold escapes and indentation beside it. */
function align(text: string, { source, start, end }: Place): number[] | null {
  const offsets: number[] = [];
  let at = start;
  for (let index = 0; index < text.length; index += 1) {
    while (at < end && source.text[at] !== text[index]) {
      if (source.text[at] === '\\' && ESCAPES.get(source.text[at + 1] ?? '') === text[index]) break;
      at += 1;
    }
    if (at >= end) return null;
    offsets.push(at);
    at += source.text[at] === text[index] ? 1 : 2;
  }
  return offsets;
}
