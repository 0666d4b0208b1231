/** `format` and `formatlist`: Go's verbs with the language's own `%v`. */
import type { Datum, NumberDatum } from '../values/datum.ts';
import {
  derived,
  failure,
  isFailure,
  isWhole,
  MAX_TEXT,
  numericOf,
  overLimit,
  placed,
  sequence,
  string,
  unknown,
  unknownPart,
} from '../values/datum.ts';
import { encodeJson } from '../values/json-encode.ts';
import { digitsOf, toFixed, toInteger, toSignificant } from '../values/number.ts';
import type { Digits } from '../values/number.ts';
import { convert, NUMBER, BOOL, toText } from '../values/type.ts';
import type { Limits } from '../limits.ts';
import { costOf } from './define.ts';
import { graphemes } from './graphemes.ts';

interface Verb {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly letter: string;
}

const VERB = /%([-+ #0]*)([1-9]\d*)?(?:\.(\d+))?(?:\[([1-9]\d*)\])?(\D)/gu;
/** No user-perceived character has so many units. */
const MAX_CLUSTER = 4_096;
/** More digits are the largest number's. */
const MAX_PRECISION = 1_000;

export function format(pattern: string, args: readonly Datum[], limits: Limits): Datum {
  let result = '';
  let at = 0;
  let next = 1;
  let used = 0;
  let indexed = false;
  for (const match of pattern.matchAll(VERB)) {
    const [all, flags = '', width = '0', precision, index, letter = ''] = match;
    const before = pattern.slice(at, match.index);
    if (before.includes('%')) return NO_VERB;
    result += before;
    at = match.index + all.length;
    if (letter === '%') {
      if (all !== '%%') return NO_VERB;
      result += '%';
      continue;
    }
    if (Number(width) > MAX_TEXT || Number(precision ?? 0) > MAX_TEXT) return overLimit('the formatted text is over the limit');
    if (index !== undefined) {
      next = Number(index);
      indexed = true;
    }
    const arg = args[next - 1];
    if (arg === undefined) return failure('the format has more verbs than arguments');
    const over = limits.spend(1 + costOf(arg));
    if (over !== undefined) return over;
    next += 1;
    used = Math.max(used, next - 1);
    const verb = { flags, width: Number(width), precision: precision === undefined ? undefined : Number(precision), letter };
    const text = formatVerb(verb, arg, limits);
    if (typeof text !== 'string') return text;
    result += text;
    if (result.length > MAX_TEXT) return overLimit('the formatted text is over the limit');
  }
  const rest = pattern.slice(at);
  if (rest.includes('%')) return NO_VERB;
  if (!indexed && used < args.length) return failure('the format has more arguments than verbs');
  return string(result + rest);
}

const NO_VERB = failure('the format has a verb that is not understood');

function formatVerb(verb: Verb, arg: Datum, limits: Limits): string | Datum {
  if (isFailure(arg)) return arg;
  if (!isWhole(arg)) return unknown(unknownPart(arg)?.reason ?? 'an argument is not known');
  const { letter } = verb;
  if (letter === 'v') return formatValue(verb, arg, limits);
  if (!'stqbdoxXeEfgG'.includes(letter)) return failure(`the verb %${letter} is not supported`);
  if (arg.kind === 'null') return failure(`null cannot be formatted with %${letter}`);
  if (letter === 's' || letter === 'q') {
    const text = toText(arg);
    if (text.kind !== 'string') return text;
    const characters = (verb.precision ?? 0) > 0 ? graphemes(text.value, limits) : [text.value];
    if (!Array.isArray(characters)) return characters;
    const cut = (verb.precision ?? 0) > 0 ? characters.slice(0, verb.precision).join('') : text.value;
    return padded(verb, letter === 'q' ? (encodeJson({ kind: 'string', value: cut }) ?? '') : cut, limits);
  }
  if (letter === 't') {
    const value = convert(arg, BOOL);
    return value.kind === 'bool' ? String(value.value) : failure('a bool is required');
  }
  const value = convert(arg, NUMBER);
  if (value.kind !== 'number') return failure('a number is required');
  return 'bdoxX'.includes(letter) ? formatInteger(verb, value) : formatFloat(verb, value);
}

function formatValue(verb: Verb, arg: Datum, limits: Limits): string | Datum {
  if (!verb.flags.includes('#')) {
    if (arg.kind === 'string') return padded(verb, arg.value, limits);
    if (arg.kind === 'number') return padded(verb, general(digitsOf(numericOf(arg)), 6, 'e'), limits);
  }
  return padded(verb, encodeJson(arg) ?? '', limits);
}

/** As Go formats a `big.Int`. */
function formatInteger({ flags, width, precision, letter }: Verb, { exact, value }: NumberDatum): string | Datum {
  const integer = toInteger(exact ?? value);
  if (integer === undefined) return failure(`%${letter} needs a whole number`);
  const negative = integer < 0n;
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const prefix = flags.includes('#') ? ({ b: '0b', o: '0', x: '0x', X: '0X' }[letter] ?? '') : '';
  const digits = (negative ? -integer : integer).toString(letter === 'b' ? 2 : letter === 'o' ? 8 : letter === 'd' ? 10 : 16);
  if (precision === 0 && integer === 0n) return '';
  const text = (letter === 'X' ? digits.toUpperCase() : digits).padStart(precision ?? 0, '0');
  const zeros = flags.includes('0') && !flags.includes('-') && precision === undefined ? width - sign.length - prefix.length : 0;
  return spaced(flags, width, sign + prefix + text.padStart(zeros, '0'));
}

/** As Go formats a `big.Float`. */
function formatFloat({ flags, width, precision, letter }: Verb, datum: NumberDatum): string | Datum {
  if ((precision ?? 0) > MAX_PRECISION) return overLimit(`more than ${MAX_PRECISION} digits of a number are over the limit`);
  const number = numericOf(datum);
  const mark = letter === 'E' || letter === 'G' ? 'E' : 'e';
  const text =
    letter === 'f'
      ? toFixed(number, precision ?? 6)
      : letter === 'e' || letter === 'E'
        ? scientific(toSignificant(number, (precision ?? 6) + 1), precision ?? 6, mark)
        : precision === undefined
          ? general(digitsOf(number), 6, mark)
          : generalTo(toSignificant(number, Math.max(1, precision)), Math.max(1, precision), mark);
  const sign = text.startsWith('-') ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const digits = text.replace(/^-/u, '');
  const zeros = flags.includes('0') && !flags.includes('-') ? width - sign.length : 0;
  return spaced(flags, width, sign + digits.padStart(zeros, '0'));
}

function scientific({ digits, point, negative }: Digits, decimals: number, mark: string): string {
  const all = digits.padEnd(decimals + 1, '0');
  const power = digits === '' ? 0 : point - 1;
  const fraction = decimals === 0 ? '' : `.${all.slice(1)}`;
  return `${negative ? '-' : ''}${all.charAt(0)}${fraction}${mark}${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Without an exponent where that is from -4 to less than `most`. */
function general(parts: Digits, most: number, mark: string): string {
  const { digits, point, negative } = parts;
  if (digits !== '' && (point - 1 < -4 || point - 1 >= most)) return scientific(parts, digits.length - 1, mark);
  const sign = negative ? '-' : '';
  if (digits === '') return `${sign}0`;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return digits.length > point ? `${sign}${digits.slice(0, point)}.${digits.slice(point)}` : sign + digits.padEnd(point, '0');
}

function generalTo(parts: Digits, precision: number, mark: string): string {
  const { digits, point } = parts;
  return general(parts, precision > digits.length && digits.length >= point ? Math.max(digits.length, 1) : precision, mark);
}

/** Widths of texts count user-perceived characters. */
function padded({ flags, width }: Verb, text: string, limits: Limits): string | Datum {
  if (width === 0 || width * MAX_CLUSTER < text.length) return text;
  const characters = graphemes(text, limits);
  if (!Array.isArray(characters)) return characters;
  const missing = width - characters.length;
  if (missing <= 0) return text;
  const pads = (flags.includes('0') ? '0' : ' ').repeat(missing);
  return flags.includes('-') ? text + pads : pads + text;
}

function spaced(flags: string, width: number, text: string): string {
  return flags.includes('-') ? text.padEnd(width) : text.padStart(width);
}

/** Lists among the arguments are gone over together; all others are the same each time. */
export function formatList(pattern: string, args: readonly Datum[], limits: Limits): Datum {
  let length: number | undefined;
  for (const arg of args) {
    if (arg.kind !== 'sequence') continue;
    if (length !== undefined && length !== arg.items.length) return failure('the lists of formatlist() are not of the same length');
    length = arg.items.length;
  }
  let total = 0;
  const rows: Datum[] = [];
  for (let row = 0; row < (length ?? 1); row += 1) {
    const cells = args.map((arg) => (arg.kind === 'sequence' ? (arg.items[row] ?? arg) : arg));
    const text = derived(format(pattern, cells, limits), cells);
    const place = cells.find((cell) => cell.place !== undefined)?.place;
    rows.push(place === undefined ? text : placed(text, place));
    total += text.kind === 'string' ? text.value.length : 0;
    if (total > MAX_TEXT) return overLimit('the formatted texts are over the limit');
  }
  return sequence('list', rows);
}
