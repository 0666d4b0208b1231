import { describe, expect, it } from 'vitest';
import { SourceText } from '../../../src/domain/source.ts';
import { Reading } from './read.ts';

function said(reading: Reading): string[] {
  return reading.root.diagnostics.map(({ level, code, file, message, span }) =>
    [`${level} ${code} ${file}`, ...(span === undefined ? [] : [`at ${reading.textAt(span)}`]), message].join(': '),
  );
}

describe('override files', () => {
  it('come last, in the order of their names, in whatever form', () => {
    const reading = new Reading({
      'a_override.tf.json': '{"resource": {"aws_x": {"y": {"a": "a_override", "b": "a_override"}}}}',
      'b_override.tofu': 'resource "aws_x" "y" {\n  b = "b_override"\n  c = "b_override"\n}\n',
      'main.tf': 'resource "aws_x" "y" {\n  a = "main"\n  b = "main"\n  c = "main"\n  d = "main"\n}\n',
      'override.tf': 'resource "aws_x" "y" {\n  c = "override"\n}\n',
      'override_not.tf': 'locals {}\n',
    });
    expect(['a', 'b', 'c', 'd'].map((name) => reading.shown('aws_x.y', name))).toEqual([
      '"a_override"',
      '"b_override"',
      '"override"',
      '"main"',
    ]);
  });

  it('replace blocks by their type, and locals, variables, outputs and calls by their arguments', () => {
    const reading = new Reading({
      'main.tf': `
locals {
  a = 1
  b = 1
}
variable "v" {
  type    = number
  default = 1
}
module "m" {
  source = "./m"
  one    = 1
  two    = local.a
}
resource "aws_x" "y" {
  rule {
    n = 1
  }
  rule {
    n = 2
  }
  kept {
    n = 3
  }
  values = [local.a, local.b, var.v, module.m.sum]
}
`,
      'override.tf': `
locals {
  b = 2
}
variable "v" {
  default = "3"
}
module "m" {
  one = 10
}
resource "aws_x" "y" {
  dynamic "rule" {
    for_each = [7]
    content {
      n = rule.value
    }
  }
}
`,
      'm/main.tf': 'variable "one" {}\nvariable "two" {}\noutput "sum" {\n  value = 0\n}\n',
      'm/override.tf': 'output "sum" {\n  value = var.one + var.two\n}\n',
    });
    expect(reading.shown('aws_x.y', 'rule')).toBe('[{n: 7}]');
    expect(reading.shown('aws_x.y', 'kept')).toBe('[{n: 3}]');
    expect(reading.shown('aws_x.y', 'values')).toBe('[1, 2, 3, 11]');
    expect(said(reading)).toEqual([]);
  });

  it('add to a provider, by its alias', () => {
    const reading = new Reading({
      'main.tf':
        'provider "aws" {\n  alias = "west"\n  default_tags {\n    tags = { a = "main" }\n  }\n}\nresource "aws_x" "west" {\n  provider = aws.west\n}\nresource "aws_x" "usual" {}\n',
      'a_override.tf.json': '{"provider": {"aws": [{"alias": "west", "default_tags": {"tags": {"b": "override"}}}, {"region": "x"}]}}',
    });
    expect(reading.shown('aws_x.west', 'tags_all')).toBe('{b: "override"}');
    expect(reading.shown('aws_x.usual', 'tags_all')).toBe('absent');
    expect(said(reading)).toEqual([]);
  });

  it('override something', () => {
    const reading = new Reading({
      'main.tf': '',
      'override.tf': 'locals {\n  a = 1\n}\nprovider "aws" {}\nprovider "aws" {\n  alias = "b"\n}\nresource "aws_x" "y" {}\n',
    });
    expect(said(reading)).toEqual([
      'undecided missing-base override.tf: at a: the local value a is overridden, but no other file declares it; declare it or remove this',
      'undecided missing-base override.tf: at provider "aws": the provider aws.b is overridden, but no other file declares it; declare it or remove this',
      'undecided missing-base override.tf: at resource "aws_x" "y": the resource aws_x.y is overridden, but no other file declares it; declare it or remove this',
    ]);
  });
});

describe('something declared twice', () => {
  it('is what came first, and undecided', () => {
    const reading = new Reading({
      'a.tf': 'resource "aws_x" "y" {\n  a = 1\n}\nlocals {\n  l = 1\n}\nvariable "v" {}\n',
      'b.tf.json': '{"resource": {"aws_x": {"y": {"a": 2}}},\n"locals": {"l": 2}}',
      'c.tf':
        'variable "v" {}\noutput "o" {\n  value = 1\n}\noutput "o" {\n  value = 1\n}\nmodule "m" {\n  source = "x/y/z"\n}\nmodule "m" {\n  source = "x/y/z"\n}\n',
    });
    expect(reading.shown('aws_x.y', 'a')).toBe('1');
    expect(said(reading).filter((each) => each.startsWith('undecided'))).toEqual([
      'undecided duplicate-declaration b.tf.json: at "y": the resource aws_x.y is declared already in a.tf, line 1; rename or remove one of the two',
      'undecided duplicate-declaration b.tf.json: at "l": the local value l is declared already in a.tf, line 5; rename or remove one of the two',
      'undecided duplicate-declaration c.tf: at variable "v": the variable v is declared already in a.tf, line 7; rename or remove one of the two',
      'undecided duplicate-declaration c.tf: at output "o": the output o is declared already in c.tf, line 2; rename or remove one of the two',
      'undecided duplicate-declaration c.tf: at module "m": the module call m is declared already in c.tf, line 8; rename or remove one of the two',
    ]);
  });

  it('counts again when the first one goes', () => {
    const reading = new Reading({ 'a.tf': 'resource "aws_x" "y" {\n  a = 1\n}\n', 'b.tf': 'resource "aws_x" "y" {\n  a = 2\n}\n' });
    const copy = reading.root.reread(new Map([['a.tf', new SourceText('a.tf', '')]]));
    expect([copy.added, copy.removed]).toEqual([[], []]);
    expect(copy.resource('aws_x.y')?.source.file).toBe('b.tf');
  });
});

describe('OpenTofu', () => {
  it("reads its own file in the place of Terraform's of the same name and form", () => {
    const reading = new Reading({
      'main.tf': 'locals {\n  a = 1\n}\n',
      'main.tofu': 'locals {\n  a = 1\n}\n\nresource "aws_x" "y" {\n  a = local.a\n}\n',
      'main.tf.json': '{"locals": {"b": 1}}',
      'other.tofu.json': '{"locals": {"c": 1}}',
      'm/main.tofu': '',
    });
    expect(reading.roots.map(({ path, files }) => [path, files])).toEqual([
      ['.', ['main.tofu', 'main.tf.json', 'other.tofu.json']],
      ['m', ['m/main.tofu']],
    ]);
    expect(reading.shown('aws_x.y', 'a')).toBe('1');
    expect(said(reading)).toEqual([
      'warning shadowed-file main.tf: OpenTofu reads main.tofu in its place, which declares the same; it is not read',
    ]);
    expect(reading.root.ignored).toEqual([{ path: 'main.tf', reason: 'OpenTofu reads main.tofu in its place' }]);
  });

  it('hides nothing that Terraform would make', () => {
    const reading = new Reading({
      'main.tf': 'resource "aws_x" "open" {\n  a = "0.0.0.0/0"\n}\nlocals {\n  a = 1\n}\nvariable "v" {}\nresource "aws_x" "z" {}\n',
      'main.tofu': '',
    });
    expect(reading.root.resources).toEqual([]);
    expect(said(reading)).toEqual([
      'undecided shadowed-file main.tf: OpenTofu reads main.tofu in its place, while Terraform reads this file alone: var.v, local.a, aws_x.open and 1 more would be another and is not audited; keep one of the two, or let both say the same',
    ]);
  });

  it('overrides nothing that Terraform would leave', () => {
    const files = {
      'main.tf': 'resource "aws_x" "y" {\n  a = "0.0.0.0/0"\n}\n',
      'x_override.tofu': 'resource "aws_x" "y" {\n  a = "10.0.0.0/8"\n}\n',
    };
    expect(said(new Reading(files))).toEqual([
      'undecided shadowed-file main.tf: the .tofu files of its folder change what it declares, while Terraform reads this file alone: aws_x.y would be another and is not audited; keep one of the two, or let both say the same',
    ]);
  });
});

describe('files with nothing in them', () => {
  it.each(['', '\n', '# only a comment\n', '/* one */ // two\r\n', '\uFEFF', '\uFEFF# after a mark\r\n'])('%j declares nothing', (text) => {
    const reading = new Reading({ 'main.tf': text, 'other.tofu': text, 'override.tf': text, 'terraform.tfvars': text });
    expect([reading.root.resources, said(reading)]).toEqual([[], []]);
  });

  it.each(['\uFEFFresource "aws_x" "y" {\r\n  a = 1\r\n}\r\n', '{"resource": {"aws_x": {"y": {"a": 1}}}}'])('%j says where', (text) => {
    const reading = new Reading({ [text.startsWith('{') ? 'main.tf.json' : 'main.tf']: text });
    expect(reading.places(reading.value('aws_x.y', 'a'))).toEqual({ at: '1' });
  });
});
