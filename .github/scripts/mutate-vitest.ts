/**
 * What the tests of rules use of vitest, so that they can run many times in one thread: a test runs where it is declared,
 * and the first that does not hold throws, so that its file cannot be imported.
 */
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';

type Body = (...values: readonly unknown[]) => unknown;

export function describe(_name: string, body: () => void): void {
  body();
}

export function it(_name: string, body: Body): void {
  if (body() instanceof Promise) throw new TypeError('A test that takes time cannot run here.');
}

it.each = (cases: readonly unknown[]) => (name: string, body: Body) => {
  for (const values of cases) {
    const list: readonly unknown[] = Array.isArray(values) ? values : [values];
    it(name, () => body(...list));
  }
};

class Pattern {
  readonly pattern: RegExp;

  constructor(pattern: RegExp) {
    this.pattern = pattern;
  }
}

export function expect(actual: unknown) {
  return {
    toBe: (expected: unknown) => strictEqual(actual, expected),
    toBeNull: () => strictEqual(actual, null),
    toContain: (part: string) => ok((Array.isArray(actual) ? actual : String(actual)).includes(part)),
    toEqual: (expected: unknown) => equal(actual, expected),
  };
}

/** Lists may hold patterns for texts. */
function equal(actual: unknown, expected: unknown): void {
  if (expected instanceof Pattern) match(String(actual), expected.pattern);
  else if (Array.isArray(expected) && Array.isArray(actual) && expected.some((item) => item instanceof Pattern)) {
    strictEqual(actual.length, expected.length);
    for (const [index, item] of expected.entries()) equal(actual[index], item);
  } else deepStrictEqual(actual, expected);
}

expect.stringMatching = (pattern: RegExp) => new Pattern(pattern);
