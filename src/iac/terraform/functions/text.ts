import { RE2JS } from 're2js';
import type { Datum } from '../values/datum.ts';
import { bool, failure, mapping, MAX_TEXT, NULL, overLimit, sequence, string } from '../values/datum.ts';
import { toText } from '../values/type.ts';
import type { FunctionDefinition, FunctionTable } from './define.ts';
import { numberOf, textOf } from './define.ts';
import { format, formatList } from './format.ts';

/** A function of texts to a text. */
function texts(count: number, run: (...args: string[]) => Datum): FunctionDefinition {
  return { parameters: Array.from({ length: count }, () => 'string' as const), run: (args) => run(...args.map(textOf)) };
}

const SEGMENTS = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** User-perceived characters, as `length` and `substr` count them. */
export function graphemes(text: string): string[] {
  // No two printable ASCII characters join into one.
  return /^[\x20-\x7e]*$/u.test(text) ? [...text] : Array.from(SEGMENTS.segment(text), ({ segment }) => segment);
}

export const textFunctions: FunctionTable = {
  chomp: texts(1, (text = '') => string(text.replace(/(?:\r\n|\n)+$/u, ''))),
  endswith: texts(2, (text = '', end = '') => bool(text.endsWith(end))),
  startswith: texts(2, (text = '', start = '') => bool(text.startsWith(start))),
  strcontains: texts(2, (text = '', part = '') => bool(text.includes(part))),
  format: { parameters: ['string'], rest: 'partial', run: ([pattern, ...args]) => format(textOf(pattern), args) },
  formatlist: { parameters: ['string'], rest: 'partial', run: ([pattern, ...args]) => formatList(textOf(pattern), args) },
  indent: { parameters: ['number', 'string'], run: ([spaces, text]) => indent(numberOf(spaces), textOf(text)) },
  join: { parameters: ['string'], rest: 'whole', run: ([separator, ...lists]) => join(textOf(separator), lists) },
  lower: texts(1, (text = '') => string(mapCharacters(text, (each) => each.toLowerCase()))),
  upper: texts(1, (text = '') => string(mapCharacters(text, (each) => each.toUpperCase()))),
  title: texts(1, (text = '') =>
    string(text.replaceAll(/(^|\s|(?![_'])\p{P})(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())),
  ),
  regex: texts(2, (pattern = '', text = '') => regex(pattern, text)),
  regexall: texts(2, (pattern = '', text = '') => regexAll(pattern, text)),
  replace: texts(3, replace),
  split: texts(2, (separator = '', text = '') => sequence('list', (text === '' ? [''] : text.split(separator)).map(string))),
  strrev: texts(1, (text = '') => string(graphemes(text).toReversed().join(''))),
  substr: {
    parameters: ['string', 'number', 'number'],
    run: ([text, offset, length]) => substr(textOf(text), numberOf(offset), numberOf(length)),
  },
  trim: texts(2, (text = '', cut = '') => string(trim(text, new Set(cut)))),
  trimprefix: texts(2, (text = '', prefix = '') => string(prefix !== '' && text.startsWith(prefix) ? text.slice(prefix.length) : text)),
  trimsuffix: texts(2, (text = '', suffix = '') => string(suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text)),
  trimspace: texts(1, (text = '') => string(text.replace(/^[\s\u0085]+/u, '').trimEnd())),
};

/** Case is changed character by character; what would become two characters stays. */
function mapCharacters(text: string, change: (character: string) => string): string {
  return /^[\x00-\x7f]*$/u.test(text)
    ? change(text)
    : Array.from(text, (each) => (Array.from(change(each)).length === 1 ? change(each) : each)).join('');
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

function substr(text: string, offset: number, length: number): Datum {
  if (!Number.isInteger(offset) || !Number.isInteger(length)) return failure('offset and length must be whole numbers');
  const characters = graphemes(text);
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

function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern.length > 4_096 ? '(' : pattern);
  } catch {
    return undefined;
  }
}

type Matcher = ReturnType<RE2JS['matcher']>;

function regex(pattern: string, text: string): Datum {
  const compiled = compile(pattern);
  if (compiled === undefined) return failure('the pattern is no regular expression');
  const matcher = compiled.matcher(text);
  return matcher.find() ? matched(compiled, matcher) : failure('the pattern does not match');
}

function regexAll(pattern: string, text: string): Datum {
  const compiled = compile(pattern);
  if (compiled === undefined) return failure('the pattern is no regular expression');
  const matcher = compiled.matcher(text);
  const found: Datum[] = [];
  while (matcher.find()) {
    found.push(matched(compiled, matcher));
    if (found.length > 10_000) return overLimit('more than 10000 matches are over the limit');
  }
  return sequence('list', found);
}

/** The whole match, or its groups: by name when they are named, else in order. */
function matched(compiled: RE2JS, matcher: Matcher): Datum {
  const groups = matcher.groupCount();
  if (groups === 0) return string(matcher.group() ?? '');
  const named = Object.entries(compiled.namedGroups());
  const group = (index: number): Datum => {
    const text = matcher.group(index);
    return text === null ? NULL : string(text);
  };
  if (named.length === 0)
    return sequence(
      'tuple',
      Array.from({ length: groups }, (_, index) => group(index + 1)),
    );
  if (named.length < groups) return failure('named and unnamed groups cannot be mixed');
  return mapping('object', new Map(named.map(([name, index]) => [name, group(index)])));
}

function replace(text = '', pattern = '', by = ''): Datum {
  if (pattern.length > 1 && pattern.startsWith('/') && pattern.endsWith('/')) return replaceMatches(text, pattern.slice(1, -1), by);
  const pieces = pattern === '' ? ['', ...Array.from(text), ''] : text.split(pattern);
  if (text.length + pieces.length * by.length > MAX_TEXT) return overLimit('the text is over the limit');
  return string(pieces.join(by));
}

function replaceMatches(text: string, pattern: string, by: string): Datum {
  const compiled = compile(pattern);
  if (compiled === undefined) return failure('the pattern is no regular expression');
  const matcher = compiled.matcher(text);
  let result = '';
  let at = 0;
  while (matcher.find()) {
    result += text.slice(at, matcher.start()) + expand(by, compiled, matcher);
    at = matcher.end();
    if (result.length > MAX_TEXT) return overLimit('the text is over the limit');
  }
  return string(result + text.slice(at));
}

/** `$1`, `${1}`, `$name` and `$$` as Go has them. */
function expand(by: string, compiled: RE2JS, matcher: Matcher): string {
  const named = new Map(Object.entries(compiled.namedGroups()));
  return by.replaceAll(/\$(?:\$|(\w+)|\{(\w+)\})/gu, (_all, bare: string | undefined, braced: string | undefined) => {
    const name = bare ?? braced;
    if (name === undefined) return '$';
    const index = /^\d+$/u.test(name) ? Number(name) : named.get(name);
    return index === undefined || index > matcher.groupCount() ? '' : (matcher.group(index) ?? '');
  });
}
