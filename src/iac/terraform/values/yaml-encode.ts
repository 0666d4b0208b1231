/** YAML text as Terraform's `yamlencode` writes it, byte by byte: libyaml's block style with quoted texts and keys. */
import type { Datum, UnknownDatum } from './datum.ts';
import { MAX_TEXT, numericOf, overLimit, unknown } from './datum.ts';
import { formatNumber } from './number.ts';

/** Lines are folded at the first space behind this column. */
const WIDTH = 80;
/** Bytes of a key that stands before its colon; longer ones are written in a form of their own. */
const MAX_KEY = 128;

/** The datum must be known in all parts. Unknown when the text would be too long, or for keys that need the long form. */
export function encodeYaml(datum: Datum): string | UnknownDatum {
  const writer = new Writer();
  if (writer.node(datum, { indent: -1, afterKey: false })) return writer.finish(isPlain(datum));
  return writer.isFull
    ? overLimit(`a text of more than ${MAX_TEXT} characters is over the limit`)
    : unknown(`a key of several lines or more than ${MAX_KEY} bytes is not written as YAML here`);
}

function isPlain({ kind }: Datum): boolean {
  return kind === 'null' || kind === 'number' || kind === 'bool';
}

interface Context {
  /** Column of the collection it stands in; -1 for the document. */
  readonly indent: number;
  readonly afterKey: boolean;
}

class Writer {
  #text = '';
  #column = 0;
  #afterSpace = false;
  /** Nothing but indentation and `- ` stands in the line. */
  #fresh = true;

  get isFull(): boolean {
    return this.#text.length > MAX_TEXT;
  }

  /** False when it cannot be written. */
  node(datum: Datum, context: Context): boolean {
    if (this.isFull) return false;
    switch (datum.kind) {
      case 'null':
        return this.#plain('null');
      case 'bool':
        return this.#plain(String(datum.value));
      case 'number':
        return this.#plain(formatNumber(numericOf(datum)));
      case 'string':
        return this.#string(datum.value, context.indent < 0 ? 2 : context.indent + 2);
      case 'sequence':
        return datum.items.length === 0 ? this.#plain('[]') : this.#sequence(datum.items, context);
      case 'mapping':
        return datum.entries.size === 0 ? this.#plain('{}') : this.#mapping(datum.entries, context);
      case 'unknown':
      case 'instance':
        return false;
      default:
        return datum satisfies never;
    }
  }

  /** A lone plain scalar leaves the end of the document open, which three dots close. */
  finish(plain: boolean): string {
    if (this.#column > 0) this.#break();
    return plain ? `${this.#text}...\n` : this.#text;
  }

  /** A sequence below a key is not indented. */
  #sequence(items: readonly Datum[], { indent, afterKey }: Context): boolean {
    const own = afterKey ? indent : indent < 0 ? 0 : indent + 2;
    return items.every((item) => {
      this.#indentTo(own);
      this.#put('-');
      return this.node(item, { indent: own, afterKey: false });
    });
  }

  #mapping(entries: ReadonlyMap<string, Datum>, { indent }: Context): boolean {
    const own = indent < 0 ? 0 : indent + 2;
    return [...entries].every(([key, value]) => {
      if (Buffer.byteLength(key) > MAX_KEY || /[\n\r\u0085\u2028\u2029]/u.test(key)) return false;
      this.#indentTo(own);
      this.#quoted(key, undefined);
      this.#put(':');
      this.#fresh = false;
      return this.node(value, { indent: own, afterKey: true });
    });
  }

  #plain(text: string): boolean {
    this.#space();
    this.#put(text);
    this.#fresh = false;
    return true;
  }

  #string(text: string, indent: number): boolean {
    this.#space();
    if (isLiteral(text)) this.#literal(text, indent);
    else this.#quoted(text, indent);
    this.#fresh = this.#column === 0;
    return true;
  }

  #literal(text: string, indent: number): void {
    const hint = /^[ \n\u2028\u2029]/u.test(text) ? '2' : '';
    const chomp = !/[\n\u2028\u2029]$/u.test(text) ? '-' : /^.?$|[\n\u2028\u2029].$/su.test(text) ? '+' : '';
    this.#put(`|${hint}${chomp}`);
    this.#break();
    for (const [, line = '', end = ''] of text.matchAll(/([^\n\u2028\u2029]*)([\n\u2028\u2029]|$)/gu)) {
      if (line !== '') this.#put(' '.repeat(indent) + line);
      if (end !== '') {
        this.#text += end;
        this.#column = 0;
      }
    }
  }

  /** Without an indent it is never folded. */
  #quoted(text: string, indent: number | undefined): void {
    this.#put('"');
    const characters = Array.from(text);
    let spaces = false;
    for (const [index, character] of characters.entries()) {
      if (character !== ' ') this.#put(escaped(character));
      else if (indent !== undefined && !spaces && this.#column > WIDTH && index > 0 && index < characters.length - 1) {
        this.#break();
        this.#put(' '.repeat(indent) + (characters[index + 1] === ' ' ? '\\' : ''));
      } else this.#put(' ');
      spaces = character === ' ';
    }
    this.#put('"');
  }

  #indentTo(column: number): void {
    if (!this.#fresh || this.#column > column) this.#break();
    this.#put(' '.repeat(column - this.#column));
  }

  #space(): void {
    if (this.#column > 0 && !this.#afterSpace) this.#put(' ');
  }

  #put(text: string): void {
    this.#text += text;
    this.#column += text.length;
    if (text !== '') this.#afterSpace = text.endsWith(' ');
  }

  #break(): void {
    this.#text += '\n';
    this.#column = 0;
    this.#fresh = true;
  }
}

/** Texts of several lines are literal unless a character, or a space at the end of a line, would be lost. */
function isLiteral(text: string): boolean {
  return text.includes('\n') && !/ (?:[\n\u2028\u2029]|$)/u.test(text) && !UNPRINTABLE.test(text);
}

const UNPRINTABLE = /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '\\0'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\x1b', '\\e'],
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0085', '\\N'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
]);

function escaped(character: string): string {
  const short = ESCAPES.get(character);
  if (short !== undefined) return short;
  if (!UNPRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
