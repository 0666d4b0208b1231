import type { KeyObject } from 'node:crypto';
import { constants, generateKeyPairSync, publicEncrypt } from 'node:crypto';
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

  it.each([
    ['element(["a", "b", "c"], -1)', '"c"'],
    ['slice(["a", "b", "c"], 1, 3)', '["b", "c"]'],
    ['lookup(tomap({ a = "x" }), "b", 1)', '"1"'],
    ['coalesce(null, "", 1)', '"1"'],
    ['compact(["a", "", null])', '["a"]'],
    ['concat([], tolist([1]))', '[1]'],
    ['distinct([1, "1", "a"])', '["1", "a"]'],
    ['matchkeys(["i-1", "i-2"], ["a", "b"], ["b"])', '["i-2"]'],
    ['setproduct(toset(["b", "a"]), [1])', '[["a", 1], ["b", 1]]'],
    ['setintersection([1, 2], ["2"])', '["2"]'],
    ['toset([[2], [1], [2]])', '[[1], [2]]'],
    ['transpose({ a = ["x", "y"], b = ["y"] })', '{x: ["a"], y: ["a", "b"]}'],
    ['chunklist(["a", "b", "c"], 2)', '[["a", "b"], ["c"]]'],
    ['range(0, 1, 0.25)', '[0, 0.25, 0.5, 0.75]'],
    ['sum(["1", 2.5])', '3.5'],
    ['tobool("1")', 'true'],
    ['convert(["b", 1], set(string))', '["1", "b"]'],
    ['convert({ a = "1" }, object({ a = number, b = optional(bool, true) }))', '{a: 1, b: true}'],
    ['parseint("-ff", 16)', '-255'],
    ['true && null', 'false'],
  ])('collections and conversion: %s is %s', (expression, expected) => {
    expect(evaluated(expression)).toBe(expected);
  });

  it.each([
    ['format("%v %v", 1000000, 0.5)', '"1e+06 0.5"'],
    ['format("%08.3f|%-6d|%+d|%#x", 3.14159, 42, 7, 255)', '"0003.142|42    |+7|0xff"'],
    ['format("%e %g %.3g", 12345.678, 1e21, 1234.5)', '"1.234568e+04 1e+21 1.23e+03"'],
    ['format("%q %5t %[1]s", "<a>", true)', '"\\"\\\\u003ca\\\\u003e\\" true <a>"'],
    ['format("%5s|%-5s|%.1s", "\u4e16", "ab", "xyz")', '"    \u4e16|ab   |x"'],
    ['split("", "a\u{1f600}b")', '["a", "\u{1f600}", "b"]'],
    ['substr("\u{1f468}\u200d\u{1f469}\u200d\u{1f467}x", 1, 1)', '"x"'],
    ['length("e\u0301\u{1f1e9}\u{1f1ea}")', '2'],
    ['title("don\'t stop_it a+b")', '"Don\'T Stop_it A+B"'],
    ['upper("\u1fb3 \u00df")', '"\u1fbc \u00df"'],
    ['trimspace("\\t\u2003x\u0085")', '"x"'],
    ['chomp("a\\r\\n\\r")', '"a"'],
    ['regexall("a*", "baac")', '["", "aa", ""]'],
    ['regex("(?P<k>[a-z]+)=(?P<v>.*)", "a=b")', '{k: "a", v: "b"}'],
    ['regex("(a)|(b)", "b")', '[absent, "b"]'],
    ['replace("baac", "/a*/", "-")', '"-b-c-"'],
    ['replace("a-b", "/(\\\\w)-(\\\\w)/", "$2-$1-$3")', '"b-a-"'],
  ])('texts: %s is %s', (expression, expected) => {
    expect(evaluated(expression)).toBe(expected);
  });

  it.each([
    ['csvdecode("a,b\\n\\"x,\\"\\"y\\",2\\r\\n\\n3,4")', '[{a: "x,\\"y", b: "2"}, {a: "3", b: "4"}]'],
    [
      'yamlencode({ b = [1, [true, null]], a = { c = "x", d = {} }, t = "l1\\nl2" })',
      '"\\"a\\":\\n  \\"c\\": \\"x\\"\\n  \\"d\\": {}\\n\\"b\\":\\n- 1\\n- - true\\n  - null\\n\\"t\\": |-\\n  l1\\n  l2\\n"',
    ],
    ['yamlencode("x")', '"\\"x\\"\\n"'],
    ['yamlencode("tab\\tnew\\nline")', '"\\"tab\\\\tnew\\\\nline\\"\\n"'],
    ['yamlencode(5)', '"5\\n...\\n"'],
    [`yamlencode("${'word '.repeat(18)}end")`, `"\\"${'word '.repeat(16)}word\\n  word end\\"\\n"`],
    [
      'yamldecode("a: &x [1, yes]\\nb: *x\\nc: 0x1f\\nd: 2001-1-2\\ne: \\"1\\"\\n<<: { f: ~ }")',
      '{a: [1, true], b: [1, true], c: 31, d: "2001-01-02T00:00:00Z", e: "1", f: absent}',
    ],
    ['jsondecode("{\\"b\\": 1, \\"a\\": [null, 1.50], \\"b\\": 2}")', '{a: [absent, 1.5], b: 2}'],
    ['textencodebase64("h\u00e9", "UTF-16LE")', '"aADpAA=="'],
    ['textdecodebase64("6Q==", "ISO-8859-1")', '"\u00e9"'],
    ['textencodebase64("\u20ac", "windows-1252")', '"gA=="'],
    ['urldecode("a+b%21")', '"a b!"'],
    ['urlencode("a b/\u00e9")', '"a+b%2F%C3%A9"'],
    ['base64gunzip("H4sIAAAAAAAAA/NIzcnJBwCCidH3BQAAAA==")', '"Hello"'],
    ['uuidv5("dns", "www.example.com")', '"2ed6657d-e927-568b-95e1-2665a8aea6a2"'],
  ])('encodings: %s is %s', (expression, expected) => {
    expect(evaluated(expression)).toBe(expected);
  });

  it.each([
    ['formatdate("EEE, DD MMM YYYY HH:mm:ssaa ZZZ", "2024-02-29T15:04:05Z")', '"Thu, 29 Feb 2024 03:04:05pm UTC"'],
    ['formatdate("\'it\'\'s\' h Z", "2024-02-29T05:04:05-02:30")', '"it\'s 5 -02:30"'],
    ['timeadd("2023-12-31T23:59:59Z", "1s")', '"2024-01-01T00:00:00Z"'],
    ['timeadd("2024-03-01T00:00:00+02:00", "-1h30m0.5s")', '"2024-02-29T22:29:59+02:00"'],
    ['timecmp("2024-01-01T01:00:00+01:00", "2024-01-01T00:00:00Z")', '0'],
    ['cidrhost("10.0.0.0/8", -1)', '"10.255.255.255"'],
    ['cidrsubnets("fd00::/8", 8, 8, 16)', '["fd00::/16", "fd01::/16", "fd02::/24"]'],
    ['cidrnetmask("10.0.0.0/12")', '"255.240.0.0"'],
    ['cidrcontains("10.0.0.0/8", "10.1.2.3")', 'true'],
    ['basename("a/b/")', '"b"'],
    ['dirname("a/../b/c.txt")', '"b"'],
    ['abspath("/a/b/../c")', '"/a/c"'],
  ])('times, networks and paths: %s is %s', (expression, expected) => {
    expect(evaluated(expression)).toBe(expected);
  });

  it.each([
    'slice(["a"], 0, 2)',
    'concat(["a"], toset(["b"]))',
    'index(toset(["a"]), "a")',
    'element([], 0)',
    'one(["a", "b"])',
    'range(1, 5, -1)',
    'sum([])',
    'join(",", [null])',
    'substr("a", 0.5, 1)',
    'indent(-1, "a")',
    'format("%d", 1.5)',
    'format("%s")',
    'format("%s", "a", "b")',
    'formatlist("%s%s", ["a"], ["b", "c"])',
    'regex("(?=a)", "a")',
    'regex("(?P<a>x)(y)", "xy")',
    'csvdecode("a,a\\n1,2")',
    'csvdecode("a\\nx\\"y")',
    'yamldecode("a: [1")',
    'yamldecode("a: *b")',
    'yamldecode("a: &b [*b]")',
    'yamldecode("--- 1\\n--- 2")',
    'yamldecode("!own x")',
    'jsondecode("[1,]")',
    'base64decode("a")',
    'urldecode("%zz")',
    'formatdate("YYY", "2024-01-01T00:00:00Z")',
    'timeadd("2024-02-30T00:00:00Z", "1h")',
    'timeadd("2024-01-01T00:00:00Z", "1d")',
    'cidrsubnet("10.0.0.0/30", 4, 0)',
    'cidrsubnets("10.0.0.0/30", 1, 1, 1)',
    'cidrhost("10.0.0.0/33", 1)',
    'parseint("12", 2)',
    'map("a", "b")',
    'null || false',
    'upper()',
    'upper("a", "b")',
    'upper(null)',
  ])('%s is an error, for which a fallback is taken', (expression) => {
    expect(evaluated(`try(${expression}, "fallback")`)).toBe('"fallback"');
  });

  it.each([
    ['uuid()', 'uuid() is known only when Terraform runs'],
    ['base64gzip("a")', 'the bytes of base64gzip() depend on what compresses them'],
    ['abspath("a")', 'where a lies is known only when Terraform runs'],
    ['pathexpand("~/a")', 'the home folder in ~/a is known only when Terraform runs'],
    ['textencodebase64("a", "shift_jis")', 'the character set shift_jis is not written here'],
  ])('%s is unknown: %s', (expression, reason) => {
    expect(evaluated(expression)).toBe(`?${reason}`);
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

  it('decrypts what was encrypted for a key, and nothing else', () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const other = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const text = publicEncrypt({ key: pair.publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from('secret')).toString('base64');
    const pem = (key: KeyObject) => JSON.stringify(key.export({ type: 'pkcs8', format: 'pem' }));
    expect(evaluated(`rsadecrypt("${text}", ${pem(pair.privateKey)})`)).toBe('"secret"');
    expect(evaluated(`try(rsadecrypt("${text}", ${pem(other.privateKey)}), "no")`)).toBe('"no"');
    expect(evaluated(`try(rsadecrypt("${text}", "key"), "no")`)).toBe('"no"');
  });

  it('finds files by patterns', () => {
    const reading = new Reading({
      'app/main.tf': `resource "aws_x" "y" {
  flat   = fileset(path.module, "*.txt")
  deep   = fileset(".", "**/*.txt")
  choice = fileset("policies", "{a,b}[0-9].json")
  up     = fileset("policies", "../*.txt")
  out    = fileset("../..", "*")
}
`,
      'app/names.txt': '',
      'app/.hidden.txt': '',
      'app/policies/a1.json': '',
      'app/policies/b2.json': '',
      'app/policies/c3.json': '',
      'app/policies/deep/er.txt': '',
      'other.txt': '',
    });
    expect(reading.shown('aws_x.y', 'flat')).toBe('[".hidden.txt", "names.txt"]');
    expect(reading.shown('aws_x.y', 'deep')).toBe('[".hidden.txt", "names.txt", "policies/deep/er.txt"]');
    expect(reading.shown('aws_x.y', 'choice')).toBe('["a1.json", "b2.json"]');
    expect(reading.shown('aws_x.y', 'up')).toBe('["../.hidden.txt", "../names.txt"]');
    expect(reading.shown('aws_x.y', 'out')).toBe('?the file ../../* is outside this repository');
  });

  it('renders templates from files and texts with their own values alone', () => {
    const reading = new Reading({
      'main.tf': `locals {
  text = "Hello, $\${name}!"
}
resource "aws_x" "y" {
  rendered = templatestring(local.text, { name = "acme" })
  whole    = templatefile("list.tftpl", { names = ["a", "b"] })
  reaching = try(templatefile("reach.tftpl", {}), "no")
  nested   = templatefile("nested.tftpl", {})
}
`,
      'list.tftpl': '${names}',
      'reach.tftpl': '%{ if false }${local.text}%{ endif }',
      'nested.tftpl': '${templatefile("list.tftpl", { names = [] })}',
    });
    expect(reading.shown('aws_x.y', 'rendered')).toBe('"Hello, acme!"');
    expect(reading.shown('aws_x.y', 'whole')).toBe('["a", "b"]');
    expect(reading.shown('aws_x.y', 'reaching')).toBe('"no"');
    expect(reading.shown('aws_x.y', 'nested')).toBe('?a template calls templatefile() in its turn');
  });
});
