/** String functions. */
import type { Datum, UnknownDatum } from '../values/datum.ts';
import { bool, failure, MAX_ELEMENTS, MAX_TEXT, overLimit, sequence, string } from '../values/datum.ts';
import { toText } from '../values/type.ts';
import type { Scope } from '../scope.ts';
import type { FunctionDefinition, FunctionTable } from './define.ts';
import { numberOf, textOf } from './define.ts';
import { format, formatList } from './format.ts';
import { graphemes } from './graphemes.ts';
import { matchAll, matchFirst, replaceMatches } from './regex.ts';
import { lower, title, upper } from './case.ts';

/** A function of texts to a text. */
function texts(count: number, run: (...args: string[]) => Datum): FunctionDefinition {
  return { parameters: Array.from({ length: count }, () => 'string' as const), run: (args) => run(...args.map(textOf)) };
}

export const textFunctions: FunctionTable = {
  chomp: texts(1, (text = '') => string(text.slice(0, endWithout(text, /[\r\n]/u)))),
  endswith: texts(2, (text = '', end = '') => bool(text.endsWith(end))),
  format: {
    parameters: ['string'],
    rest: 'partial-or-null',
    run: ([pattern, ...args], scope) => format(textOf(pattern), args, scope.names.limits),
  },
  formatlist: {
    parameters: ['string'],
    rest: 'partial-or-null',
    run: ([pattern, ...args], scope) => formatList(textOf(pattern), args, scope.names.limits),
  },
  indent: { parameters: ['number', 'string'], run: ([spaces, text]) => indent(numberOf(spaces), textOf(text)) },
  join: { parameters: ['string'], rest: 'whole', run: ([separator, ...lists]) => join(textOf(separator), lists) },
  lower: texts(1, (text = '') => string(lower(text))),
  regex: { parameters: ['string', 'string'], run: ([pattern, text], scope) => matchFirst(textOf(pattern), textOf(text), scope) },
  regexall: { parameters: ['string', 'string'], run: ([pattern, text], scope) => matchAll(textOf(pattern), textOf(text), scope) },
  replace: {
    parameters: ['string', 'string', 'string'],
    run: ([text, part, by], scope) => replace(textOf(text), textOf(part), textOf(by), scope),
  },
  split: texts(2, (separator = '', text = '') => split(separator, text)),
  startswith: texts(2, (text = '', start = '') => bool(text.startsWith(start))),
  strcontains: texts(2, (text = '', part = '') => bool(text.includes(part))),
  strrev: { parameters: ['string'], run: ([text], scope) => reverse(graphemes(textOf(text), scope.names.limits)) },
  substr: {
    parameters: ['string', 'number', 'number'],
    run: ([text, offset, length], scope) => substr(graphemes(textOf(text), scope.names.limits), numberOf(offset), numberOf(length)),
  },
  title: texts(1, (text = '') => string(title(text))),
  trim: texts(2, (text = '', cut = '') => string(trim(text, new Set(cut)))),
  trimprefix: texts(2, (text = '', prefix = '') => string(text.startsWith(prefix) ? text.slice(prefix.length) : text)),
  trimspace: texts(1, (text = '') => string(trimSpace(text))),
  trimsuffix: texts(2, (text = '', suffix = '') => string(text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text)),
  upper: texts(1, (text = '') => string(upper(text))),
};

/** Where the text ends without the characters at its end. */
function endWithout(text: string, characters: RegExp): number {
  let end = text.length;
  while (end > 0 && characters.test(text.charAt(end - 1))) end -= 1;
  return end;
}

/** White space as Go has it. */
const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u;

function trimSpace(text: string): string {
  const end = endWithout(text, SPACE);
  let start = 0;
  while (start < end && SPACE.test(text.charAt(start))) start += 1;
  return text.slice(start, end);
}

/** An empty separator separates all characters. */
function split(separator: string, text: string): Datum {
  const parts = separator === '' ? Array.from(text) : text.split(separator, MAX_ELEMENTS + 1);
  return parts.length > MAX_ELEMENTS
    ? overLimit(`more than ${MAX_ELEMENTS} parts of a text are over the limit`)
    : sequence('list', parts.map(string));
}

function replace(text: string, part: string, by: string, scope: Scope): Datum {
  if (part.length > 1 && part.startsWith('/') && part.endsWith('/')) return replaceMatches(text, part.slice(1, -1), by, scope);
  const pieces = part === '' ? ['', ...Array.from(text), ''] : text.split(part);
  if (text.length + pieces.length * by.length > MAX_TEXT) return overLimit('the text is over the limit');
  return string(pieces.join(by));
}

function indent(spaces: number, text: string): Datum {
  if (!Number.isInteger(spaces) || spaces < 0) return failure('the number of spaces must be a whole number');
  const lines = text.split('\n');
  if (text.length + lines.length * spaces > MAX_TEXT) return overLimit('the indented text is over the limit');
  return string(lines.join(`\n${' '.repeat(spaces)}`));
}

function join(separator: string, lists: readonly Datum[]): Datum {
  if (lists.length === 0) return failure('join() needs a list');
  const items: string[] = [];
  let length = 0;
  for (const list of lists) {
    if (list.kind !== 'sequence') return failure('join() needs lists of strings');
    for (const item of list.items) {
      const text = toText(item);
      if (text.kind === 'unknown') return text;
      if (text.kind !== 'string') return failure('join() needs lists of strings');
      length += text.value.length + separator.length;
      if (length > MAX_TEXT + separator.length) return overLimit('the joined text is over the limit');
      items.push(text.value);
    }
  }
  return string(items.join(separator));
}

function reverse(characters: string[] | UnknownDatum): Datum {
  return Array.isArray(characters) ? string(characters.toReversed().join('')) : characters;
}

function substr(characters: string[] | UnknownDatum, offset: number, length: number): Datum {
  if (!Array.isArray(characters)) return characters;
  if (!Number.isInteger(offset) || !Number.isInteger(length)) return failure('offset and length must be whole numbers');
  const start = offset < 0 ? Math.max(0, characters.length + offset) : offset;
  return string(characters.slice(start, length < 0 ? undefined : start + length).join(''));
}

function trim(text: string, cut: ReadonlySet<string>): string {
  const characters = Array.from(text);
  let start = 0;
  let end = characters.length;
  while (start < end && cut.has(characters[start] ?? '')) start += 1;
  while (end > start && cut.has(characters[end - 1] ?? '')) end -= 1;
  return characters.slice(start, end).join('');
}
