/** Numeric functions. */
import type { Datum } from '../values/datum.ts';
import { failure, number, unknown } from '../values/datum.ts';
import type { Numeric } from '../values/number.ts';
import { add, compare, fromDouble, fromInteger, negate, round, toDouble, toInteger } from '../values/number.ts';
import { convert, NUMBER } from '../values/type.ts';
import type { FunctionDefinition, FunctionTable } from './define.ts';
import { numberOf, numericOf, textOf } from './define.ts';

function ofOne(run: (value: Numeric) => Datum): FunctionDefinition {
  return { parameters: ['number'], run: ([value]) => run(numericOf(value)) };
}

/** Computed with doubles, as Terraform does. */
function ofDoubles(run: (a: number, b: number) => number): FunctionDefinition {
  return { parameters: ['number', 'number'], run: ([a, b]) => number(fromDouble(run(numberOf(a), numberOf(b)))) };
}

function extreme(sign: 1 | -1): FunctionDefinition {
  return {
    parameters: [],
    rest: 'number',
    run: (args) => {
      if (args.length === 0) return failure('at least one number is needed');
      return number(args.map(numericOf).reduce((best, each) => (compare(each, best) * sign > 0 ? each : best)));
    },
  };
}

export const numericFunctions: FunctionTable = {
  abs: ofOne((value) => number(compare(value, 0) < 0 ? negate(value) : value)),
  ceil: ofOne((value) => number(round(value, 'ceil'))),
  floor: ofOne((value) => number(round(value, 'floor'))),
  log: ofDoubles((value, base) => Math.log(value) / Math.log(base)),
  max: extreme(1),
  min: extreme(-1),
  parseint: { parameters: ['raw', 'number'], run: ([text, base]) => parseInteger(text, numberOf(base)) },
  pow: ofDoubles((value, power) => value ** power),
  signum: ofOne((value) => (toInteger(value) === undefined ? failure('a whole number is needed') : number(Math.sign(toDouble(value))))),
  sum: { parameters: ['whole'], run: ([list]) => sum(list) },
};

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** More are no double in any base. */
const MAX_DIGITS = 1_100;

function parseInteger(text: Datum | undefined, base: number): Datum {
  if (text?.kind === 'unknown') return text;
  if (text?.kind !== 'string') return failure('parseint() needs a string');
  if (!Number.isInteger(base) || base < 2 || base > 62) return failure('the base must be a whole number from 2 to 62');
  const negative = textOf(text).startsWith('-');
  const digits = Array.from(textOf(text).replace(/^[+-]/u, ''), (each) => DIGITS.indexOf(base <= 36 ? each.toLowerCase() : each));
  if (digits.length === 0 || digits.some((digit) => digit < 0 || digit >= base)) return failure('this is no whole number of that base');
  if (digits.length > MAX_DIGITS) return unknown('a number as long as this is not evaluated');
  const value = digits.reduce((total, digit) => total * BigInt(base) + BigInt(digit), 0n);
  return number(fromInteger(negative ? -value : value));
}

function sum(list: Datum | undefined): Datum {
  if (list?.kind !== 'sequence' || list.items.length === 0) return failure('sum() needs a list of numbers');
  let total: Numeric = 0;
  for (const item of list.items) {
    const value = convert(item, NUMBER);
    if (value.kind !== 'number') return failure('sum() needs a list of numbers');
    total = add(total, numericOf(value));
  }
  return number(total);
}
