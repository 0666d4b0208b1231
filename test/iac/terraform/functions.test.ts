import { describe, expect, it } from 'vitest';
import { evaluated, Reading } from './read.ts';

describe('functions and operators', () => {
  it.each([
    ['1 + 2 * 3', '7'],
    ['0.1 + 0.2', '0.3'],
    ['-7 % 3', '-1'],
    ['"1" == 1', 'false'],
    ['true ? "a" : 1', '"a"'],
    ['false ? "a" : 1', '"1"'],
    ['[for k, v in { b = 2, a = 1 } : "${k}${v}" if v > 1]', '["b2"]'],
    ['{ for s in ["x", "y", "x"] : s => 1... }', '{x: [1, 1], y: [1]}'],
    ['[{ a = 1 }, { a = 2 }][*].a', '[1, 2]'],
    ['"%{ for x in ["a", "b"] }<${x}>%{ endfor }"', '"<a><b>"'],
    ['concat(["a"], [1])', '["a", 1]'],
    ['element(["a", "b"], 3)', '"b"'],
    ['flatten([["a", []], ["b"]])', '["a", "b"]'],
    ['toset(["b", "a", "b"])', '["a", "b"]'],
    ['tolist(["a", 1])', '["a", "1"]'],
    ['format("%s-%03d", "disk", 7)', '"disk-007"'],
    ['formatlist("%s.acme", ["a", "b"])', '["a.acme", "b.acme"]'],
    ['regex("([a-z]+)-(\\\\d+)", "disk-12")', '["disk", "12"]'],
    ['replace("a.b", "/[.]/", "-")', '"a-b"'],
    ['jsonencode({ b = "<", a = [1, null] })', '"{\\"a\\":[1,null],\\"b\\":\\"\\\\u003c\\"}"'],
    ['setproduct(["a"], ["x", "y"])', '[["a", "x"], ["a", "y"]]'],
    ['zipmap(["a", "b"], [1, 2])', '{a: 1, b: 2}'],
    ['merge({ a = 1, b = 1 }, { b = 2 })', '{a: 1, b: 2}'],
    ['cidrsubnet("10.0.0.0/16", 8, 3)', '"10.0.3.0/24"'],
    ['cidrhost("fd00::/64", 18)', '"fd00::12"'],
    ['upper("stra\u00dfe")', '"STRA\u00dfE"'],
    ['substr("hello", -3, 2)', '"ll"'],
    ['range(3)', '[0, 1, 2]'],
    ['one([])', 'absent'],
    ['distinct(["a", "b", "a"])', '["a", "b"]'],
    ['sort(["b", "a"])', '["a", "b"]'],
    ['base64decode(base64encode("ja"))', '"ja"'],
    ['md5("")', '"d41d8cd98f00b204e9800998ecf8427e"'],
    ['tostring(1e21)', '"1000000000000000000000"'],
  ])('%s is %s', (expression, expected) => {
    expect(evaluated(expression)).toBe(expected);
  });

  it('reads files and templates of the repository, relative to the root module', () => {
    const reading = new Reading({
      'app/main.tf': `resource "aws_x" "y" {
  plain = file("\${path.module}/names.txt")
  text  = templatefile("hello.tftpl", { names = ["a", "b"] })
  gone  = file("gone.txt")
}
`,
      'app/names.txt': 'acme',
      'app/hello.tftpl': '%{ for n in names }Hello ${n}. %{ endfor ~}',
    });
    expect(reading.shown('aws_x.y', 'plain')).toBe('"acme"');
    expect(reading.shown('aws_x.y', 'text')).toBe('"Hello a. Hello b. "');
    expect(reading.shown('aws_x.y', 'gone')).toBe('?the file gone.txt is not read: there is no such file');
  });
});
