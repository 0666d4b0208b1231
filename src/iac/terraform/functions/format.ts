/** `format` and `formatlist`: Go's verbs with the language's own `%v`. */
import type { Datum } from '../values/datum.ts';
import {
  derived,
  failure,
  isFailure,
  isWhole,
  MAX_TEXT,
  overLimit,
  placed,
  sequence,
  string,
  unknown,
  unknownPart,
} from '../values/datum.ts';
import { encodeJson } from '../values/json-encode.ts';
import { formatNumber } from '../values/number.ts';
import { convert, NUMBER, BOOL, toText } from '../values/type.ts';

interface Verb {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly letter: string;
}

const VERB = /%([-+ #0]*)(\d{0,4})(?:\.(\d{0,4}))?(?:\[(\d{1,4})\])?([a-zA-Z%])/gu;

export function format(pattern: string, args: readonly Datum[]): Datum {
  let result = '';
  let at = 0;
  let next = 1;
  let used = 0;
  let indexed = false;
  for (const match of pattern.matchAll(VERB)) {
    const [all, flags = '', width = '', precision, index, letter = ''] = match;
    const before = pattern.slice(at, match.index);
    if (before.includes('%')) return failure('the format has a verb that is not understood');
    result += before;
    at = match.index + all.length;
    if (letter === '%') {
      result += '%';
      continue;
    }
    if (index !== undefined) {
      next = Number(index);
      indexed = true;
    }
    const arg = args[next - 1];
    if (arg === undefined) return failure('the format has more verbs than arguments');
    next += 1;
    used = Math.max(used, next - 1);
    const text = formatVerb(
      { flags, width: Number(width), precision: precision === undefined ? undefined : Number(precision), letter },
      arg,
    );
    if (text.kind !== 'string') return text;
    result += text.value;
    if (result.length > MAX_TEXT) return overLimit('the formatted text is over the limit');
  }
  const rest = pattern.slice(at);
  if (rest.includes('%')) return failure('the format has a verb that is not understood');
  if (!indexed && used < args.length) return failure('the format has more arguments than verbs');
  return string(result + rest);
}

function formatVerb(verb: Verb, arg: Datum): Datum {
  if (isFailure(arg)) return arg;
  if (!isWhole(arg)) return unknown(unknownPart(arg)?.reason ?? 'an argument is not known');
  const { letter } = verb;
  if (letter === 'v') return formatValue(verb, arg);
  if (arg.kind === 'null') return failure(`null cannot be formatted with %${letter}`);
  if (letter === 's' || letter === 'q') {
    const text = toText(arg);
    if (text.kind !== 'string') return text;
    const cut = verb.precision === undefined ? text.value : Array.from(text.value).slice(0, verb.precision).join('');
    return padded(verb, letter === 'q' ? JSON.stringify(cut) : cut);
  }
  if (letter === 't') {
    const value = convert(arg, BOOL);
    return value.kind === 'bool' ? padded(verb, String(value.value)) : failure('a bool is required');
  }
  if (!'bdoxXeEfFgG'.includes(letter)) return failure(`the verb %${letter} is not supported`);
  const value = convert(arg, NUMBER);
  return value.kind === 'number' ? formatDigits(verb, value.value) : failure('a number is required');
}

function formatValue(verb: Verb, arg: Datum): Datum {
  if (arg.kind === 'string' && !verb.flags.includes('#')) return padded(verb, arg.value);
  if (arg.kind === 'null') return padded(verb, 'null');
  const text = encodeJson(arg);
  return text === undefined ? unknown('a number with more than 15 digits is not written out here') : padded(verb, text);
}

function formatDigits(verb: Verb, value: number): Datum {
  const { letter, precision } = verb;
  const lower = letter.toLowerCase();
  let text: string | undefined;
  if ('bdox'.includes(lower)) {
    if (!Number.isInteger(value)) return failure(`%${letter} needs a whole number`);
    const plain = formatNumber(value);
    text = plain === undefined ? undefined : lower === 'd' ? plain : value.toString(lower === 'b' ? 2 : lower === 'o' ? 8 : 16);
  } else if (lower === 'e') text = exponent(value.toExponential(Math.min(precision ?? 6, 100)));
  else if (lower === 'f') text = Math.abs(value) < 1e15 && (precision ?? 6) <= 9 ? value.toFixed(precision ?? 6) : undefined;
  else text = precision === undefined ? shortest(value) : undefined;
  if (text === undefined) return unknown(`this number is not formatted with %${letter} here`);
  if (letter !== lower) text = text.toUpperCase();
  if (value >= 0 && verb.flags.includes('+')) text = `+${text}`;
  else if (value >= 0 && verb.flags.includes(' ')) text = ` ${text}`;
  return padded(verb, text, true);
}

/** Two digits at least. */
function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/u, 'e$10$2');
}

function shortest(value: number): string {
  const scientific = value.toExponential();
  const power = Number(scientific.split('e')[1]);
  return power < -4 || power >= 21 ? exponent(scientific) : String(value);
}

function padded({ flags, width }: Verb, text: string, numeric = false): Datum {
  const missing = width - Array.from(text).length;
  if (missing <= 0) return string(text);
  if (flags.includes('-')) return string(text + ' '.repeat(missing));
  if (!flags.includes('0')) return string(' '.repeat(missing) + text);
  const sign = numeric && /^[+-]/u.test(text) ? text.slice(0, 1) : '';
  return string(sign + '0'.repeat(missing) + text.slice(sign.length));
}

/** Lists among the arguments are gone over together; all others are the same each time. */
export function formatList(pattern: string, args: readonly Datum[]): Datum {
  let length: number | undefined;
  for (const arg of args) {
    if (arg.kind === 'unknown') return arg;
    if (arg.kind !== 'sequence') continue;
    if (length !== undefined && length !== arg.items.length) return failure('the lists of formatlist() are not of the same length');
    length = arg.items.length;
  }
  const rows = Array.from({ length: length ?? 1 }, (_, row): Datum => {
    const cells = args.map((arg) => (arg.kind === 'sequence' ? (arg.items[row] ?? arg) : arg));
    const text = derived(format(pattern, cells), cells);
    const place = cells.find((cell) => cell.place !== undefined)?.place;
    return place === undefined ? text : placed(text, place);
  });
  return sequence('list', rows);
}
