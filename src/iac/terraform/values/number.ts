/** Numbers of the language: decimal arithmetic where doubles would round, text only where it is exact. */

/** A number's text: no exponent, no rounding. Undefined when a double cannot tell all its digits. */
export function formatNumber(value: number): string | undefined {
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? '-0' : String(value);
  const { digits, exponent, negative } = decimal(value);
  if (digits.length > 15) return undefined;
  const sign = negative ? '-' : '';
  if (exponent >= 0) return `${sign}${digits}${'0'.repeat(exponent)}`;
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

/** As a string converts to a number: decimal, with an optional fraction and exponent. */
export function parseNumber(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(text) ? Number(text) : undefined;
}

export function add(a: number, b: number): number {
  const sum = a + b;
  if (Number.isInteger(a) && Number.isInteger(b)) return sum;
  return exact(a, b, (left, right) => left + right) ?? sum;
}

export function multiply(a: number, b: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product) || !Number.isFinite(product)) return product;
  const x = decimal(a);
  const y = decimal(b);
  return Number(`${BigInt(x.digits) * BigInt(y.digits) * (x.negative === y.negative ? 1n : -1n)}e${x.exponent + y.exponent}`);
}

export function remainder(a: number, b: number): number {
  return Number.isInteger(a) && Number.isInteger(b) ? a % b : (exact(a, b, (left, right) => left % right) ?? a % b);
}

function exact(a: number, b: number, operate: (left: bigint, right: bigint) => bigint): number | undefined {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return undefined;
  const x = decimal(a);
  const y = decimal(b);
  const exponent = Math.min(x.exponent, y.exponent);
  if (Math.max(x.exponent, y.exponent) - exponent > 400) return undefined;
  const scaled = ({ digits, exponent: own, negative }: Decimal): bigint =>
    BigInt(digits) * 10n ** BigInt(own - exponent) * (negative ? -1n : 1n);
  return Number(`${operate(scaled(x), scaled(y))}e${exponent}`);
}

interface Decimal {
  readonly digits: string;
  readonly exponent: number;
  readonly negative: boolean;
}

function decimal(value: number): Decimal {
  const [mantissa = '0', power = '0'] = Math.abs(value).toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: whole + fraction, exponent: Number(power) - fraction.length, negative: value < 0 };
}
