import { describe, expect, it } from 'vitest';
import { parseHcl, parseHclExpression } from '../../../src/iac/terraform/syntax/parser.ts';
import { complaints, outline, show } from './parser-outline.ts';

function read(text: string): string | undefined {
  expect(complaints(`a = ${text}\n`)).toEqual([]);
  return outline(parseHcl(`a = ${text}\n`))[0]?.slice('a = '.length);
}

describe('expressions', () => {
  it.each([
    ['1.5e-3', '1.5e-3'],
    ['007', '007'],
    ['true', 'true'],
    ['null', 'null'],
    ['True', 'True'],
    ['-x.y', '(-x.y)'],
    ['!!x', '(!(!x))'],
    ['a-b', 'a-b'],
    ['a - b', '(a - b)'],
    ['a -b', '(a - b)'],
    ['1 + 2 * 3 - 4', '((1 + (2 * 3)) - 4)'],
    ['-1 + 2', '((-1) + 2)'],
    ['a || b && c == d < e + f', '(a || (b && (c == (d < (e + f)))))'],
    ['a == b == c', '((a == b) == c)'],
    ['a ? b : c ? d : e', '(a ? b : (c ? d : e))'],
    ['a ? b ? c : d : e', '(a ? (b ? c : d) : e)'],
    ['a || b ? c : d', '((a || b) ? c : d)'],
    ['(a\n + b)', 'paren((a + b))'],
    ['(a).b', 'paren(a).b'],
    ['a.b["c"][d.e].f', 'a.b["c"][d.e].f'],
    ['a.0.b', 'a.0.b'],
    ['a[\n0\n]', 'a[0]'],
    ['1.b', '1.b'],
    ['"x".y', '"x".y'],
  ])('%s is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('tell the two splats apart: after the full one all steps are for each element', () => {
    expect(read('a[*].b[0].c')).toBe('a[*]<.b[0].c>');
    expect(read('a.*.b[0].c')).toBe('a.*<.b>[0].c');
    expect(read('a.*.b.0')).toBe('a.*<.b[0]>');
    expect(read('a[*].b[*].c')).toBe('a[*]<.b[*]<.c>>');
    expect(read('a[*].b.*.c[0]')).toBe('a[*]<.b.*<.c>[0]>');
    expect(read('a[ * ]')).toBe('a[*]<>');
  });

  it('call functions over several lines, with namespaces, and with a list for the last arguments', () => {
    expect(read('f()')).toBe('f()');
    expect(read('f(\n  1,\n  2,\n)')).toBe('f(1, 2)');
    expect(read('f (a, b...)')).toBe('f(a, b...)');
    expect(read('provider::aws::arn_parse(x)')).toBe('provider::aws::arn_parse(x)');
    expect(read('true(1)')).toBe('true(1)');
  });

  it('list items with commas, the last one too, wherever the lines break', () => {
    expect(read('[]')).toBe('[]');
    expect(read('[\n  1 # one\n  , 2,\n]')).toBe('[1, 2]');
  });

  it('have objects with commas or line breaks, equals signs or colons, and keys of all kinds', () => {
    expect(read('{}')).toBe('{}');
    expect(read('{ a = 1, b : 2, }')).toBe('{name a = 1, name b = 2}');
    expect(read('{\n\n  a = 1\n  "b" = 2, # both\n  (c) = 3\n  d.e = 4\n  5 = 5\n}')).toBe(
      '{name a = 1, "b" = 2, paren(c) = 3, d.e = 4, 5 = 5}',
    );
    expect(read('{ a = 1, for = 2, true = 3, null = 4 }')).toBe('{name a = 1, name for = 2, name true = 3, name null = 4}');
    expect(read('({\n  a = 1\n  b = 2\n})')).toBe('paren({name a = 1, name b = 2})');
    expect(read('{ a = [1,\n2]\n b = (\n3\n) }')).toBe('{name a = [1, 2], name b = paren(3)}');
  });

  it('loop over lists and objects', () => {
    expect(read('[for x in y : x]')).toBe('[for x in y : x]');
    expect(read('[\n  for i, x in y :\n  x.z\n  if x != null\n]')).toBe('[for i, x in y : x.z if (x != null)]');
    expect(read('{for k, v in m : k => v... if v}')).toBe('{for k, v in m : k => v... if v}');
    expect(read('{\n  for x in y : x => 1\n}["b"]')).toBe('{for x in y : x => 1}["b"]');
    expect(read('[for for in in : for]')).toBe('[for for in in : for]');
    expect(read('["for", forest]')).toBe('["for", forest]');
  });
});

describe('what is wrong with an expression', () => {
  it.each([
    ['', 'Invalid expression @ "\\n"'],
    ['1 +', 'Invalid expression @ "\\n"'],
    ['* 2', 'Invalid expression @ "*"'],
    ['a ? b', 'Incomplete conditional @ "\\n"'],
    ['a ? b\n : c', 'Incomplete conditional @ "\\n"'],
    ['a & b', 'Invalid character @ "&"'],
    ['a => b', 'Missing line break after argument @ "=>"'],
    ['1.2.3', 'Invalid number @ "1.2.3"'],
    ['12abc', 'Missing line break after argument @ "abc"'],
    ['a.', 'Missing attribute name @ "\\n"'],
    ['a..b', 'Missing attribute name @ "."'],
    ['a.0.1', 'Invalid index @ "0.1"'],
    ['a[]', 'Invalid expression @ "]"'],
    ['a[0', 'Missing bracket @ ""'],
    ['a[*', 'Missing bracket @ "\\n"'],
    ['a[\n*]', 'Invalid expression @ "*"'],
    ['a.*.b.*.c', 'Nested splat @ "*"'],
    ['(a b)', 'Unclosed parenthesis @ "b"'],
    ['f(1 2)', 'Missing comma @ "2"'],
    ['f(1,,2)', 'Invalid expression @ ","'],
    ['f(a..., b)', 'Missing parenthesis @ ","'],
    ['f(1', 'Unclosed bracket @ "f"'],
    ['[1', 'Unclosed bracket @ "["'],
    ['{ a = [1], b', 'Missing value @ "\\n"'],
    ['a::b', 'Missing parenthesis @ "\\n"'],
    ['a::(1)', 'Missing function name @ "("'],
    ['[1 2]', 'Missing comma @ "2"'],
    ['[,]', 'Invalid expression @ ","'],
    ['[for, 1]', 'Invalid `for` @ ","'],
    ['{ a = 1 b = 2 }', 'Missing separator @ "b"'],
    ['{ a\n = 1 }', 'Missing value @ "\\n"'],
    ['{ a =\n1 }', 'Invalid expression @ "\\n"'],
    ['{ a = 1\n, b = 2 }', 'Invalid expression @ ","'],
    ['{ for = 1 }', 'Invalid `for` @ "="'],
    ['[for x of y : x]', 'Invalid `for` @ "of"'],
    ['[for x in y x]', 'Invalid `for` expression @ "x"'],
    ['[for k, v in y : k => v]', 'Invalid `for` expression @ "k =>"'],
    ['[for x in y : x...]', 'Invalid `for` expression @ "..."'],
    ['{for x in y : x}', 'Invalid `for` expression @ "}"'],
    ['[for x in y : x if x, 1]', 'Invalid `for` expression @ ","'],
  ])('%s', (text, expected) => {
    expect(complaints(`a = ${text}\n`)[0]).toBe(expected);
  });

  it.each([
    ['lists', '[', '1', ']'],
    ['parentheses', '(', '1', ')'],
    ['objects', '{ a = ', '1', ' }'],
    ['calls', 'f(', '1', ')'],
    ['negations', '!', 'x', ''],
    ['conditionals', 'x ? 1 : ', 'x', ''],
    ['splats', '', 'x', '[*]'],
    ['interpolations', '"${', '1', '}"'],
  ])('is also nesting of more than 200 levels: %s', (_, open, inner, close) => {
    const nested = (levels: number): string => `a = ${open.repeat(levels)}${inner}${close.repeat(levels)}\n`;
    expect(complaints(nested(150))).toEqual([]);
    expect(complaints(nested(250))[0]).toMatch(/^Nested too deeply/u);
    expect(complaints(nested(100_000))[0]).toMatch(/^Nested too deeply/u);
  });

  it('is also nesting of blocks and of directives of more than 200 levels', () => {
    expect(complaints(`${'a {\n'.repeat(150)}${'}\n'.repeat(150)}`)).toEqual([]);
    expect(complaints('a {\n'.repeat(100_000))[0]).toMatch(/^Nested too deeply/u);
    expect(complaints(`a = "${'%{ if b }'.repeat(150)}${'%{ endif }'.repeat(150)}"\n`)).toEqual([]);
    expect(complaints(`a = "${'%{ if b }'.repeat(250)}${'%{ endif }'.repeat(250)}"\n`)[0]).toMatch(/^Nested too deeply/u);
  });

  it('is not length: chains of operators and steps may go on', () => {
    expect(complaints(`a = 1${' + 1'.repeat(50_000)}\nb = x${'.y[0]'.repeat(50_000)}\n`)).toEqual([]);
  });
});

describe('an expression on its own', () => {
  it('may break its lines anywhere', () => {
    const { expression, errors } = parseHclExpression('\n 1 +\n 2\n');
    expect([expression && show(expression), errors]).toEqual(['(1 + 2)', []]);
  });

  it('is nothing but that', () => {
    expect(parseHclExpression('1 2').errors.map(({ summary, start }) => [summary, start])).toEqual([
      ['Extra characters after expression', 2],
    ]);
    expect(parseHclExpression('').errors.map(({ summary }) => summary)).toEqual(['Missing expression']);
  });
});
