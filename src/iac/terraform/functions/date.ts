/** Date and time functions. Times are RFC 3339 texts; nothing here asks a clock. */
import type { Datum } from '../values/datum.ts';
import { failure, number, string } from '../values/datum.ts';
import type { Calendar } from '../values/time.ts';
import { calendarOf, pad, parseTime, SECOND, writeTime, zone } from '../values/time.ts';
import type { FunctionTable } from './define.ts';
import { textOf } from './define.ts';

export const dateFunctions: FunctionTable = {
  formatdate: { parameters: ['string', 'string'], run: ([format, time]) => formatDate(textOf(format), textOf(time)) },
  timeadd: { parameters: ['string', 'string'], run: ([time, duration]) => timeAdd(textOf(time), textOf(duration)) },
  timecmp: { parameters: ['string', 'string'], run: ([a, b]) => timeCompare(textOf(a), textOf(b)) },
};

const NO_TIME = failure('this is no RFC 3339 time such as 2017-11-22T00:00:00Z');

/** Nanoseconds of each unit. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', SECOND],
  ['m', 60n * SECOND],
  ['h', 3_600n * SECOND],
]);
const MAX_DURATION = 2n ** 63n - 1n;

/** Go's durations, `-1h30m` and `1.5h`, in nanoseconds. */
function parseDuration(text: string): bigint | undefined {
  const negative = text.startsWith('-');
  const unsigned = text.replace(/^[+-]/u, '');
  if (unsigned === '0') return 0n;
  if (unsigned === '' || unsigned.length > 1_000) return undefined;
  let total = 0n;
  let at = 0;
  for (const match of unsigned.matchAll(/(\d*)(?:\.(\d*))?(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/gu)) {
    const [all, whole = '', fraction = '', unit = ''] = match;
    const size = UNITS.get(unit);
    if (match.index !== at || size === undefined || whole + fraction === '') return undefined;
    at += all.length;
    total += BigInt(whole === '' ? 0 : whole) * size;
    if (fraction !== '') total += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
  }
  if (at !== unsigned.length || total > MAX_DURATION) return undefined;
  return negative ? -total : total;
}

function timeAdd(text: string, duration: string): Datum {
  const time = parseTime(text);
  if (time === undefined) return NO_TIME;
  const length = parseDuration(duration);
  return length === undefined
    ? failure('this is no duration such as 1h30m')
    : string(writeTime({ instant: time.instant + length, offset: time.offset }));
}

function timeCompare(a: string, b: string): Datum {
  const left = parseTime(a);
  const right = parseTime(b);
  if (left === undefined || right === undefined) return NO_TIME;
  return number(left.instant < right.instant ? -1 : left.instant > right.instant ? 1 : 0);
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** A quote, quoted text, a letter and its repeats, or anything else. */
const TOKEN = /''|'(?:[^']|'')*'(?!')|([a-zA-Z])\1*|[^a-zA-Z']+|'/gu;

function formatDate(format: string, text: string): Datum {
  const time = parseTime(text);
  if (time === undefined) return NO_TIME;
  const calendar = calendarOf(time);
  let result = '';
  for (const [token, letter] of format.matchAll(TOKEN)) {
    if (token === "'") return failure('a quote of the format is not closed');
    const written =
      token === "''"
        ? "'"
        : token.startsWith("'")
          ? token.slice(1, -1).replaceAll("''", "'")
          : letter === undefined
            ? token
            : writeVerb(token, calendar, time.offset);
    if (written === undefined) return failure(`${token} means nothing in a date format`);
    result += written;
  }
  return string(result);
}

/** Undefined for a letter, or a number of letters, without a meaning. */
function writeVerb(verb: string, { year, month, day, hour, minute, second, weekday }: Calendar, offset: number): string | undefined {
  const numeric = (value: number): string | undefined => (verb.length === 1 ? String(value) : verb.length === 2 ? pad(value) : undefined);
  const named = (name = ''): string | undefined => (verb.length === 3 ? name.slice(0, 3) : verb.length === 4 ? name : undefined);
  switch (verb.charAt(0)) {
    case 'Y':
      return verb.length === 2 ? pad(year % 100) : verb.length === 4 ? pad(year, 4) : undefined;
    case 'M':
      return verb.length > 2 ? named(MONTHS[month - 1]) : numeric(month);
    case 'D':
      return numeric(day);
    case 'E':
      return named(WEEKDAYS[weekday]);
    case 'h':
      return numeric(hour);
    case 'H':
      return numeric(hour % 12 === 0 ? 12 : hour % 12);
    case 'A':
      return verb.length === 2 ? (hour < 12 ? 'AM' : 'PM') : undefined;
    case 'a':
      return verb.length === 2 ? (hour < 12 ? 'am' : 'pm') : undefined;
    case 'm':
      return numeric(minute);
    case 's':
      return numeric(second);
    case 'Z':
      return new Map([
        [1, zone(offset, 'Z', ':')],
        [3, zone(offset, 'UTC', '')],
        [4, zone(offset, undefined, '')],
        [5, zone(offset, undefined, ':')],
      ]).get(verb.length);
    default:
      return undefined;
  }
}
