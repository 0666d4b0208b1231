import { describe, expect, it } from 'vitest';
import { Reading } from './read.ts';

const resource = (value: string) => `resource "aws_x" "y" {\n  value = ${value}\n}\n`;
const repeat = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, index) => line(index)).join('\n');

function read(text: string) {
  const reading = new Reading({ 'main.tf': text });
  return { shown: reading.shown('aws_x.y', 'value'), codes: reading.root.diagnostics.map(({ level, code }) => `${level} ${code}`) };
}

describe('limits of evaluation', () => {
  it.each([
    [
      'text that doubles',
      `locals {\n  a0 = "xx"\n${repeat(40, (n) => `  a${n + 1} = "\${local.a${n}}\${local.a${n}}"`)}\n}\n${resource('local.a40')}`,
      '?a text of more than 1048576 characters is over the limit',
    ],
    ['a product', resource('setproduct(range(1000), range(1000))'), '?a product of more than 10000 elements is over the limit'],
    [
      'nested loops',
      resource('[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]'),
      '?evaluation takes more than 1000000 steps',
    ],
    [
      'a chain of locals told backwards',
      `locals {\n${repeat(2000, (n) => `  a${n} = local.a${n + 1}`)}\n  a2000 = 1\n}\n${resource('local.a0')}`,
      '?evaluation is nested deeper than 700',
    ],
    [
      'instances',
      `resource "aws_x" "y" {\n  count = 10001\n  value = count.index\n}\n`,
      '?10001 instances of one declaration are over the limit of 10000',
    ],
  ])('%s: unknown, and the root says so', (_, text, expected) => {
    expect(read(text)).toEqual({ shown: expected, codes: ['undecided limit-eval'] });
  });

  it.each([
    ['as many instances as are allowed', 'resource "aws_x" "y" {\n  count = 10000\n  value = count.index\n}\n', '0'],
    ['as many numbers as range gives', resource('length(range(1024))'), '1024'],
    ['a long sum', resource(`1${' + 1'.repeat(50_000)}`), '50001'],
    [
      'a chain of locals in order',
      `locals {\n  a0 = 1\n${repeat(2000, (n) => `  a${n + 1} = local.a${n}`)}\n}\n${resource('local.a2000')}`,
      '1',
    ],
    ['a pattern that would take others forever', resource(`can(regex("^(a+)+$", "${'a'.repeat(5000)}!"))`), 'false'],
  ])('%s: no limit is met', (_, text, expected) => {
    expect(read(text)).toEqual({ shown: expected, codes: [] });
  });

  it('modules that call several others, again and again, end with the limit on instances', () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => {
        const call = (name: string) => `module "${name}" {\n  source = "../m${n + 1}"\n  count  = 100\n}\n`;
        return [`m${n}/main.tf`, call('a') + call('b')];
      }),
    );
    const reading = new Reading({ ...files, 'm12/main.tf': resource('1') });
    expect(reading.root.diagnostics.map(({ level, code }) => `${level} ${code}`)).toEqual(['undecided limit-eval']);
  });

  it('a value nested too deeply is unknown from there on', () => {
    const { shown, codes } = read(`locals {\n  a0 = 1\n${repeat(150, (n) => `  a${n + 1} = [local.a${n}]`)}\n}\n${resource('local.a150')}`);
    expect(shown).toContain('[?a value nested deeper than 100 is over the limit]');
    expect(codes).toEqual(['undecided limit-eval']);
  });

  it('a resource that asks for itself is unknown there', () => {
    expect(read(resource('aws_x.y.value'))).toEqual({ shown: '?value refers to itself', codes: ['undecided reference-cycle'] });
  });

  it('what is said about keys such as __proto__ stays data', () => {
    expect(read(resource('{ __proto__ = 1, constructor = 2 }["constructor"]'))).toEqual({ shown: '2', codes: [] });
    expect(read(`locals {\n  __proto__ = 3\n}\n${resource('local.__proto__')}`)).toEqual({ shown: '3', codes: [] });
  });
});
