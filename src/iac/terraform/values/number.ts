/**
 * Numbers of the language: binary floats of 512 bits. Most are held as plain doubles: a double stands for
 * the number that its shortest decimal text names. What a double cannot stand for is held exactly.
 */

export interface Exact {
  /** The number is mantissa × 2^exponent; the mantissa is odd, or 0. */
  readonly mantissa: bigint;
  readonly exponent: number;
  /** Bits it was computed with, which say how many digits its text has. */
  readonly precision: number;
}

export type Numeric = number | Exact;

/** Precision of what is written and computed; of what comes from a double. */
const FULL = 512;
const DOUBLE = 53;
/** Decimal exponents and digits beyond these make a number too large to be held. */
const MAX_EXPONENT = 400;
const MAX_DIGITS = 1_000;

/** A decimal text with an optional sign, fraction and exponent; undefined for all others, infinite for what cannot be held. */
export function parseNumber(text: string): Numeric | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/u.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/u, '');
  if (whole + fraction === '') return undefined;
  if (digits === '') return sign === '-' ? -0 : 0;
  if (digits.length <= 15 && Math.abs(Number(power)) < 250) return Number(text);
  const exponent = Number(power) - fraction.length;
  if (digits.length > MAX_DIGITS || Math.abs(digits.length + exponent) > MAX_EXPONENT) return Infinity;
  const value = decimal(BigInt(digits), exponent);
  return plain(sign === '-' ? { ...value, mantissa: -value.mantissa } : value);
}

/** A whole number of any size. */
export function fromInteger(value: bigint): Numeric {
  return plain(rounded(value, 0, Math.max(64, bitLength(value))));
}

/** What a computation with doubles gives. */
export function fromDouble(value: number): Numeric {
  return Number.isSafeInteger(value) || !Number.isFinite(value) ? value : plain(exactly(value));
}

/** The nearest double; infinite for what is beyond them. */
export function toDouble(number: Numeric): number {
  if (typeof number === 'number') return number;
  const half = Math.trunc(number.exponent / 2);
  return Number(number.mantissa) * 2 ** half * 2 ** (number.exponent - half);
}

/** The number as a whole one; undefined when it has a fraction. */
export function toInteger(number: Numeric): bigint | undefined {
  const { mantissa, exponent } = exact(number);
  return exponent < 0 ? undefined : mantissa << BigInt(exponent);
}

/** A number's text: no exponent, as many digits as tell it from its neighbours. */
export function formatNumber(number: Numeric): string {
  if (typeof number === 'number' && Number.isSafeInteger(number)) return Object.is(number, -0) ? '-0' : String(number);
  const { digits, point, negative } = digitsOf(number);
  const sign = negative ? '-' : '';
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`;
  return point > 0 ? `${sign}${digits.slice(0, point)}.${digits.slice(point)}` : `${sign}0.${'0'.repeat(-point)}${digits}`;
}

export interface Digits {
  /** Without zeros at either end; `''` for 0. */
  readonly digits: string;
  /** Digits before the decimal point; negative for zeros after it. */
  readonly point: number;
  readonly negative: boolean;
}

/** The fewest decimal digits that tell the number from its neighbours. */
export function digitsOf(number: Numeric): Digits {
  if (typeof number === 'number') {
    const [mantissa = '0', power = '0'] = Math.abs(number).toExponential().split('e');
    const digits = mantissa.replace('.', '').replace(/0+$/u, '');
    return { digits, point: digits === '' ? 0 : Number(power) + 1, negative: number < 0 || Object.is(number, -0) };
  }
  return shortest(number);
}

/** Exactly so many decimals, as Go rounds: half to even, from the exact value. */
export function toFixed(number: Numeric, decimals: number): string {
  const { mantissa, exponent } = exact(number);
  const negative = mantissa < 0n || Object.is(number, -0);
  const scaled = quotient(absolute(mantissa) * 10n ** BigInt(decimals), exponent);
  const text = String(scaled).padStart(decimals + 1, '0');
  const point = text.length - decimals;
  return `${negative ? '-' : ''}${text.slice(0, point)}${decimals === 0 ? '' : `.${text.slice(point)}`}`;
}

/** Exactly so many significant digits, rounded as {@link toFixed} does. */
export function toSignificant(number: Numeric, count: number): Digits {
  const { mantissa, exponent } = exact(number);
  const negative = mantissa < 0n || Object.is(number, -0);
  if (mantissa === 0n) return { digits: '', point: 0, negative };
  // Its shortest digits have the right magnitude, give or take a digit that rounding adds.
  let { point } = digitsOf(number);
  for (;;) {
    const decimals = count - point;
    const value = absolute(mantissa);
    const scaled =
      decimals >= 0 ? quotient(value * 10n ** BigInt(decimals), exponent) : quotientOf(value, 10n ** BigInt(-decimals), exponent);
    const text = String(scaled);
    if (text.length <= count) return { digits: text.replace(/0+$/u, ''), point, negative };
    point += 1;
  }
}

export function compare(a: Numeric, b: Numeric): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function negate(number: Numeric): Numeric {
  return typeof number === 'number' ? -number : { ...number, mantissa: -number.mantissa };
}

export function add(a: Numeric, b: Numeric): Numeric {
  if (typeof a === 'number' && typeof b === 'number' && Number.isInteger(a) && Number.isInteger(b) && Number.isSafeInteger(a + b))
    return a + b;
  if (!areFinite(a, b)) return Number.NaN;
  const [left, right, exponent] = aligned(a, b);
  return plain(rounded(left + right, exponent, precisionOf(a, b)));
}

export function multiply(a: Numeric, b: Numeric): Numeric {
  if (typeof a === 'number' && typeof b === 'number' && Number.isInteger(a) && Number.isInteger(b) && Number.isSafeInteger(a * b))
    return a * b;
  if (!areFinite(a, b)) return Number.NaN;
  const x = exact(a);
  const y = exact(b);
  return plain(rounded(x.mantissa * y.mantissa, x.exponent + y.exponent, precisionOf(a, b)));
}

/** Not a finite number when `b` is 0. */
export function divide(a: Numeric, b: Numeric): Numeric {
  if (typeof a === 'number' && typeof b === 'number') {
    const result = a / b;
    if (
      !Number.isFinite(result) ||
      (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(result) && result * b === a)
    )
      return result;
  }
  if (!areFinite(a, b)) return Number.NaN;
  const x = exact(a);
  const y = exact(b);
  const precision = precisionOf(a, b);
  // Two bits more than are kept, and one that says whether something remains.
  const shift = Math.max(0, precision + 2 + bitLength(y.mantissa) - bitLength(x.mantissa));
  const dividend = absolute(x.mantissa) << BigInt(shift);
  const divisor = absolute(y.mantissa);
  const whole = ((dividend / divisor) << 1n) | (dividend % divisor === 0n ? 0n : 1n);
  const negative = x.mantissa < 0n !== y.mantissa < 0n;
  return plain(rounded(negative ? -whole : whole, x.exponent - y.exponent - shift - 1, precision));
}

/** The sign is that of `a`, as in JavaScript. */
export function remainder(a: Numeric, b: Numeric): Numeric {
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a) && Number.isSafeInteger(b)) return (a % b) + 0;
  return add(a, negate(multiply(b, round(divide(a, b), 'trunc'))));
}

export function round(number: Numeric, how: 'ceil' | 'floor' | 'trunc'): Numeric {
  if (typeof number === 'number') return Math[how](number) + 0;
  const { mantissa, exponent } = number;
  if (exponent >= 0) return number;
  const divisor = 1n << BigInt(-exponent);
  const whole = mantissa / divisor;
  const up = how === 'ceil' && mantissa > 0n ? 1n : how === 'floor' && mantissa < 0n ? -1n : 0n;
  return fromInteger(whole + up);
}

function areFinite(a: Numeric, b: Numeric): boolean {
  return (typeof a !== 'number' || Number.isFinite(a)) && (typeof b !== 'number' || Number.isFinite(b));
}

function precisionOf(a: Numeric, b: Numeric): number {
  return Math.max(typeof a === 'number' ? FULL : a.precision, typeof b === 'number' ? FULL : b.precision);
}

/** Held as a double where that stands for the same number. */
function plain(number: Exact): Numeric {
  if (number.mantissa === 0n) return 0;
  const value = toDouble(number);
  if (!Number.isFinite(value)) return number;
  const same = exact(value);
  return same.mantissa === number.mantissa && same.exponent === number.exponent ? value : number;
}

function exact(number: Numeric): Exact {
  if (typeof number !== 'number') return number;
  if (Number.isSafeInteger(number)) return rounded(BigInt(number), 0, FULL);
  const { digits, point, negative } = digitsOf(number);
  return decimal(BigInt(digits) * (negative ? -1n : 1n), point - digits.length);
}

/** The double itself, not the number that its text names. */
function exactly(value: number): Exact {
  let scaled = value;
  let exponent = 0;
  for (; !Number.isInteger(scaled); exponent -= 1) scaled *= 2;
  return rounded(BigInt(scaled), exponent, DOUBLE);
}

/** digits × 10^exponent, rounded once. */
function decimal(digits: bigint, exponent: number): Exact {
  if (exponent >= 0) return rounded(digits * 10n ** BigInt(exponent), 0, FULL);
  const divisor = 10n ** BigInt(-exponent);
  const shift = Math.max(0, FULL + 2 + bitLength(divisor) - bitLength(digits));
  const dividend = absolute(digits) << BigInt(shift);
  const whole = ((dividend / divisor) << 1n) | (dividend % divisor === 0n ? 0n : 1n);
  return rounded(digits < 0n ? -whole : whole, -shift - 1, FULL);
}

/** Half to even. */
function rounded(mantissa: bigint, exponent: number, precision: number): Exact {
  if (mantissa === 0n) return { mantissa, exponent: 0, precision };
  const excess = Math.max(0, bitLength(mantissa) - precision);
  const kept = quotient(absolute(mantissa), -excess);
  const zeros = trailingZeros(kept);
  const value = kept >> BigInt(zeros);
  return { mantissa: mantissa < 0n ? -value : value, exponent: exponent + excess + zeros, precision };
}

/** value × 2^exponent as a whole number, half to even; neither is negative but the exponent. */
function quotient(value: bigint, exponent: number): bigint {
  return exponent >= 0 ? value << BigInt(exponent) : halfToEven(value, 1n << BigInt(-exponent));
}

/** value × 2^exponent ÷ divisor */
function quotientOf(value: bigint, divisor: bigint, exponent: number): bigint {
  return exponent >= 0 ? halfToEven(value << BigInt(exponent), divisor) : halfToEven(value, divisor << BigInt(-exponent));
}

function halfToEven(dividend: bigint, divisor: bigint): bigint {
  const whole = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  return twice > divisor || (twice === divisor && (whole & 1n) === 1n) ? whole + 1n : whole;
}

function trailingZeros(value: bigint): number {
  let zeros = 0;
  for (let rest = value; (rest & 0xffn) === 0n; rest >>= 8n) zeros += 8;
  for (let rest = value >> BigInt(zeros); (rest & 1n) === 0n; rest >>= 1n) zeros += 1;
  return zeros;
}

function aligned(a: Numeric, b: Numeric): [bigint, bigint, number] {
  const x = exact(a);
  const y = exact(b);
  const exponent = Math.min(x.exponent, y.exponent);
  return [x.mantissa << BigInt(x.exponent - exponent), y.mantissa << BigInt(y.exponent - exponent), exponent];
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function bitLength(value: bigint): number {
  const hex = absolute(value).toString(16);
  return value === 0n ? 0 : hex.length * 4 - Math.clz32(Number.parseInt(hex.charAt(0), 16)) + 28;
}

/** The shortest decimal between the points half way to the neighbours; those count too when the mantissa is even. */
function shortest(number: Exact): Digits {
  const negative = number.mantissa < 0n;
  // With as many bits as its precision has, the neighbours are one unit away.
  const width = Math.max(0, number.precision - bitLength(number.mantissa));
  const unit = absolute(number.mantissa) << BigInt(width);
  const exponent = number.exponent - width;
  // Twice the value and one more or less; the neighbour below a power of two is nearer.
  const power = (unit & (unit - 1n)) === 0n ? 4n : 2n;
  const scale = (value: bigint): string => {
    const shift = exponent - (power === 4n ? 2 : 1);
    return String(shift >= 0 ? value << BigInt(shift) : value * 5n ** BigInt(-shift));
  };
  const decimals = Math.max(0, (power === 4n ? 2 : 1) - exponent);
  const middle = scale(unit * power);
  const upper = scale(unit * power + power / 2n);
  const lower = scale(unit * power - 1n);
  const length = upper.length;
  const found = shortestBetween(lower.padStart(length, '0'), middle.padStart(length, '0'), upper, (unit & 1n) === 0n);
  return { digits: found.digits, point: length - decimals + found.carried, negative };
}

function shortestBetween(lower: string, middle: string, upper: string, inclusive: boolean): { digits: string; carried: number } {
  const ends = { lower: lower.replace(/0+$/u, '').length, upper: upper.replace(/0+$/u, '').length };
  for (let index = 0; index < middle.length; index += 1) {
    const here = middle.charCodeAt(index);
    const below = lower.slice(0, index + 1) !== middle.slice(0, index + 1) || (inclusive && index + 1 >= ends.lower);
    const differs = middle.slice(0, index + 1) !== upper.slice(0, index + 1);
    const above =
      differs && (inclusive || BigInt(middle.slice(0, index + 1)) + 1n < BigInt(upper.slice(0, index + 1)) || index + 1 < ends.upper);
    if (!below && !above) continue;
    const rest = middle.slice(index + 1);
    const half = rest.charAt(0) > '5' || (rest.charAt(0) === '5' && (/[1-9]/u.test(rest.slice(1)) || (here & 1) === 1));
    const head = middle.slice(0, index + 1);
    if (below && !(above && half)) return stripped(head, 0);
    const next = String(BigInt(head) + 1n).padStart(head.length, '0');
    return stripped(next, next.length - head.length);
  }
  return stripped(middle, 0);
}

function stripped(text: string, carried: number): { digits: string; carried: number } {
  const zeros = /^0*/u.exec(text)?.[0].length ?? 0;
  return { digits: text.slice(zeros).replace(/0+$/u, ''), carried: carried - zeros };
}
