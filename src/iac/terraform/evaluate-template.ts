/** Evaluates quoted strings and heredocs. */
import { iterate } from './values/access.ts';
import type { TemplatePart } from './syntax/ast.ts';
import type { Datum, Piece, UnknownDatum } from './values/datum.ts';
import { derived, failure, isFailure, MAX_TEXT, overLimit, placeOf, string, unknown } from './values/datum.ts';
import type { Scope } from './scope.ts';
import { bind } from './scope.ts';
import { BOOL, convert, describe, toText } from './values/type.ts';

/** A template of one interpolation is that value, of whatever type; all others are text. */
export function evaluateTemplate(parts: readonly TemplatePart[], scope: Scope): Datum {
  const [only] = parts;
  if (only?.kind === 'interpolation' && parts.length === 1) return scope.names.evaluate(only.value, scope);
  const output = new Output();
  const failed = write(parts, scope, output);
  if (failed !== undefined) return failed;
  const over = scope.names.limits.spendText(output.length);
  return over ?? output.result();
}

/** Collects the text of a template and what it was made from. */
class Output {
  readonly #pieces: Piece[] = [];
  readonly #inputs: Datum[] = [];
  #unknown: UnknownDatum | undefined;
  length = 0;

  add(piece: Piece): void {
    this.#pieces.push(piece);
    if ('text' in piece) this.length += piece.text.length;
    else this.#unknown ??= piece.unknown;
  }

  from(input: Datum): void {
    this.#inputs.push(input);
  }

  result(): Datum {
    const pieces = isDocument(this.#pieces) ? this.#pieces : undefined;
    if (this.#unknown !== undefined) return derived(unknown(this.#unknown.reason, { pieces, ...endsOf(this.#pieces) }), this.#inputs);
    const text = string(this.#pieces.map((piece) => ('text' in piece ? piece.text : '')).join(''));
    return derived(text.kind === 'string' && pieces !== undefined ? { ...text, pieces } : text, this.#inputs);
  }
}

/** The text before the first piece that is not known, and after the last, and each known part. */
function endsOf(pieces: readonly Piece[]): { prefix: string; suffix: string; texts: readonly string[] } {
  const text = (some: readonly Piece[]): string => some.map((piece) => ('text' in piece ? piece.text : '')).join('');
  const first = pieces.findIndex((piece) => !('text' in piece));
  const last = pieces.findLastIndex((piece) => !('text' in piece));
  return { prefix: text(pieces.slice(0, first)), suffix: text(pieces.slice(last + 1)), texts: textsOf(pieces) };
}

function textsOf(pieces: readonly Piece[]): string[] {
  const texts: string[] = [];
  let joins = false;
  for (const piece of pieces) {
    if ('text' in piece) texts.push(joins ? `${texts.pop() ?? ''}${piece.text}` : piece.text);
    joins = 'text' in piece;
  }
  return texts;
}

/** The text starts as a JSON document does. */
function isDocument([first]: readonly Piece[]): boolean {
  return first !== undefined && 'text' in first && /^\s*[{[]/u.test(first.text);
}

/** The failure that ends it, if any. */
function write(parts: readonly TemplatePart[], scope: Scope, output: Output): UnknownDatum | undefined {
  for (const part of parts) {
    const failed = writePart(part, scope, output);
    if (failed !== undefined) return failed;
    if (output.length > MAX_TEXT) return overLimit(`a text of more than ${MAX_TEXT} characters is over the limit`);
  }
  return undefined;
}

function writePart(part: TemplatePart, scope: Scope, output: Output): UnknownDatum | undefined {
  switch (part.kind) {
    case 'text':
      output.add({ text: part.value, place: placeOf(scope.source, part) });
      return undefined;
    case 'interpolation': {
      const value = scope.names.evaluate(part.value, scope);
      const text = toText(value);
      if (isFailure(text)) return text;
      if (text.kind === 'null') return failure('null cannot be part of a text');
      output.from(value);
      if (text.kind === 'string') output.add({ text: text.value, place: placeOf(scope.source, part) });
      else if (text.kind === 'unknown') output.add({ unknown: text });
      return undefined;
    }
    case 'if': {
      const condition = convert(scope.names.evaluate(part.condition, scope), BOOL);
      if (isFailure(condition)) return condition;
      if (condition.kind === 'null') return failure('the condition of a template is null');
      output.from(condition);
      if (condition.kind === 'bool') return write(condition.value ? part.then : part.else, scope, output);
      if (condition.kind === 'unknown') output.add({ unknown: condition });
      return undefined;
    }
    case 'for': {
      const collection = scope.names.evaluate(part.collection, scope);
      const elements = iterate(collection);
      output.from(collection);
      if (elements === undefined) {
        if (isFailure(collection)) return collection;
        if (collection.kind !== 'unknown') return failure(`a template cannot go over ${describe(collection)}`);
        output.add({ unknown: collection });
        return undefined;
      }
      for (const [key, value] of elements) {
        const over = scope.names.limits.spend(1);
        if (over !== undefined) return over;
        const inner = bind(scope, part.valueName, value);
        const failed = write(part.body, part.keyName === '' ? inner : bind(inner, part.keyName, key), output);
        if (failed !== undefined) return failed;
      }
      return undefined;
    }
    default:
      return part satisfies never;
  }
}
