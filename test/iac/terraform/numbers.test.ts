import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  compare,
  divide,
  formatNumber,
  fromDouble,
  multiply,
  parseNumber,
  toDouble,
} from '../../../src/iac/terraform/values/number.ts';
import { evaluated } from './read.ts';

describe('numbers', () => {
  it.each([
    ['tostring(0.1 + 0.2)', '"0.3"'],
    ['tostring(12345678901234567890 + 1)', '"12345678901234567891"'],
    ['tostring(99999999999999999999 * 99999999999999999999)', '"9999999999999999999800000000000000000001"'],
    ['tostring(12345.678901234567890123)', '"12345.678901234567890123"'],
    ['"${7 / 2} ${-7.5 % 2} ${1e21} ${1e-7}"', '"3.5 -1.5 1000000000000000000000 0.0000001"'],
    ['tostring(2 / 3)', `"0.${'6'.repeat(153)}7"`],
    ['2 / 3 * 3', '2'],
    ['12345678901234567890 == 12345678901234567891', 'false'],
    ['length(toset([12345678901234567890, 12345678901234567891, 12345678901234567890.0]))', '2'],
    ['jsonencode(jsondecode("[12345678901234567890123, 0.10]"))', '"[12345678901234567890123,0.1]"'],
    ['"${pow(2, 64)} ${parseint("ffffffffffffffffffff", 16)}"', '"18446744073709552000 1208925819614629174706175"'],
    ['floor(-12345678901234567890.5) == -12345678901234567891', 'true'],
    ['max(12345678901234567890, 12345678901234567891) == 12345678901234567891', 'true'],
    ['log(1000, 10) < 3', 'true'],
  ])('%s is %s', (expression, expected) => {
    expect(evaluated(expression)).toBe(expected);
  });

  const digits = fc
    .tuple(fc.integer(), fc.nat(10 ** 9), fc.integer({ min: -20, max: 20 }))
    .map(([whole, fraction, power]) => `${whole}.${fraction}e${power}`);
  const numbers = digits.map((text) => parseNumber(text) ?? 0);

  it('the text of a double names that double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(formatNumber(fromDouble(value)))).toBe(value);
      }),
    );
  });

  it('a text that is read and written names the same number', () => {
    fc.assert(
      fc.property(numbers, (value) => {
        expect(compare(parseNumber(formatNumber(value)) ?? Number.NaN, value)).toBe(0);
      }),
    );
  });

  it('sums and products do not depend on the order, and are near what doubles give', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(compare(add(a, b), add(b, a))).toBe(0);
        expect(compare(multiply(a, b), multiply(b, a))).toBe(0);
        expect(toDouble(multiply(a, b))).toBeCloseTo(toDouble(a) * toDouble(b), -100);
      }),
    );
  });

  it('what is divided and multiplied again is nearly the same', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        fc.pre(toDouble(b) !== 0);
        expect(toDouble(multiply(divide(a, b), b))).toBe(toDouble(a));
      }),
    );
  });
});
