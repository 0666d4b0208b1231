import type { Datum } from '../values/datum.ts';
import { failure, number } from '../values/datum.ts';
import { add } from '../values/number.ts';
import { convert, NUMBER } from '../values/type.ts';
import type { FunctionDefinition, FunctionTable } from './define.ts';
import { numberOf, textOf } from './define.ts';

function numbers(count: number, run: (...args: number[]) => Datum): FunctionDefinition {
  return { parameters: Array.from({ length: count }, () => 'number' as const), run: (args) => run(...args.map(numberOf)) };
}

function extreme(choose: (values: readonly number[]) => number): FunctionDefinition {
  return {
    parameters: [],
    rest: 'number',
    run: (args) => (args.length === 0 ? failure('at least one number is needed') : number(choose(args.map(numberOf)))),
  };
}

export const numericFunctions: FunctionTable = {
  abs: numbers(1, (value = 0) => number(Math.abs(value))),
  ceil: numbers(1, (value = 0) => number(Math.ceil(value))),
  floor: numbers(1, (value = 0) => number(Math.floor(value))),
  log: numbers(2, (value = 0, base = 0) => number(logarithm(value, base))),
  max: extreme((values) => values.reduce((a, b) => Math.max(a, b))),
  min: extreme((values) => values.reduce((a, b) => Math.min(a, b))),
  parseint: { parameters: ['raw', 'number'], run: ([text, base]) => parseInteger(text, numberOf(base)) },
  pow: numbers(2, (value = 0, power = 0) => number(value ** power)),
  signum: numbers(1, (value = 0) => (Number.isInteger(value) ? number(Math.sign(value)) : failure('a whole number is needed'))),
  sum: { parameters: ['whole'], run: ([list]) => sum(list) },
};

/** Exact for whole powers, as far as they are found by rounding. */
function logarithm(value: number, base: number): number {
  const result = Math.log(value) / Math.log(base);
  const rounded = Math.round(result);
  return base ** rounded === value ? rounded : result;
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function parseInteger(text: Datum | undefined, base: number): Datum {
  if (text?.kind === 'unknown') return text;
  if (text?.kind !== 'string') return failure('parseint() needs a string');
  if (!Number.isInteger(base) || base < 2 || base > 62) return failure('the base must be a whole number from 2 to 62');
  const negative = textOf(text).startsWith('-');
  const digits = Array.from(textOf(text).replace(/^[+-]/u, ''), (each) => DIGITS.indexOf(base <= 36 ? each.toLowerCase() : each));
  if (digits.length === 0 || digits.some((digit) => digit < 0 || digit >= base)) return failure('this is no whole number of that base');
  const value = digits.reduce((sum_, digit) => sum_ * base + digit, 0);
  return number(negative ? -value : value);
}

function sum(list: Datum | undefined): Datum {
  if (list?.kind !== 'sequence' || list.items.length === 0) return failure('sum() needs a list of numbers');
  let total = 0;
  for (const item of list.items) {
    const value = item.kind === 'number' ? item : item.kind === 'null' ? item : convert(item, NUMBER);
    if (value.kind !== 'number') return failure('sum() needs a list of numbers');
    total = add(total, value.value);
  }
  return number(total);
}
