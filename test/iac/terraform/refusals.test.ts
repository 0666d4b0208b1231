import { describe, expect, it } from 'vitest';
import { SourceText } from '../../../src/domain/source.ts';
import { createWorkspace } from '../../../src/iac/workspace.ts';
import { Reading } from './read.ts';

/** What is said about the files: level, code, the text pointed at, message. */
function said(texts: Readonly<Record<string, string>>): string[] {
  const reading = new Reading(texts);
  return reading.roots.flatMap((root) =>
    root.diagnostics.map(({ level, code, message, span }) => `${level} ${code} at ${reading.textAt(span) ?? '?'}: ${message}`),
  );
}

const resource = (body: string) => `resource "aws_x" "y" {\n  ${body}\n}\n`;
const stops = (what: string) => `Terraform stops here: ${what}`;

describe('what Terraform refuses is said where it is written', () => {
  it.each([
    ['a negative count', resource('count = 1 - 2'), '1 - 2', 'count is -1, but must be a whole number of at least 0; correct it'],
    ['half an instance', resource('count = 0.5'), '0.5', 'count is 0.5, but must be a whole number of at least 0; correct it'],
    ['no count', resource('count = null'), 'null', 'count is null, but must be a whole number of at least 0; correct it'],
    ['a count of many', resource('count = [1]'), '[1]', 'count: a number is required, but this is a tuple; correct it'],
    [
      'for_each over a list',
      resource('for_each = ["a"]'),
      '["a"]',
      'for_each is a tuple, but must be a map or a set of strings; correct it',
    ],
    ['for_each over null', resource('for_each = null'), 'null', 'for_each is null, but must be a map or a set of strings; correct it'],
    [
      'for_each over numbers',
      resource('for_each = toset([1, 2])'),
      'toset([1, 2])',
      'for_each has a number among its keys, but must be a map or a set of strings; correct it',
    ],
    [
      'for_each over null in a set',
      resource('for_each = toset(["a", null])'),
      'toset(["a", null])',
      'for_each has null among its keys, but must be a map or a set of strings; correct it',
    ],
    [
      'for_each over a secret',
      resource('for_each = toset(var.secret)').concat('variable "secret" {\n  sensitive = true\n  type = set(string)\n}\n'),
      'toset(var.secret)',
      'for_each is sensitive, but the keys of instances cannot be hidden; correct it',
    ],
    ['an attribute that there is not', resource('a = { b = 1 }.c'), '{ b = 1 }.c', 'there is no attribute "c"; correct it'],
    ['an index that there is not', resource('a = [1][1]'), '[1][1]', 'there is no element with this index; correct it'],
    ['a call', resource('a = [join("-", "b")]'), 'join("-", "b")', undefined],
    [
      'a key twice',
      resource('a = { for x in [1, 2] : "k" => x }'),
      '{ for x in [1, 2] : "k" => x }',
      'two items of a for expression have the key "k"; correct it',
    ],
    ['a sum of words', resource('a = 1 + "b"'), '1 + "b"', 'a number is required, but this is a string; correct it'],
    ['an attribute in a block', resource('b {\n    a = [1][2]\n  }'), '[1][2]', 'there is no element with this index; correct it'],
    [
      'a dynamic block over a number',
      resource('dynamic "b" {\n    for_each = 1\n    content {}\n  }'),
      '1',
      'the for_each of a dynamic block is a number, but must be a collection; correct it',
    ],
    [
      'a dynamic block without content',
      resource('dynamic "b" {\n    for_each = []\n  }'),
      'dynamic "b"',
      'a dynamic block needs for_each and content; correct it',
    ],
    ['an output', 'output "a" {\n  value = [1][2]\n}\n', '[1][2]', 'there is no element with this index; correct it'],
    ['a data source', 'data "aws_x" "y" {\n  a = [1][2]\n}\n', '[1][2]', 'there is no element with this index; correct it'],
    [
      'a local that is used',
      `locals {\n  a = [1][2]\n}\n${resource('a = local.a')}${resource('a = local.a').replace('"y"', '"z"')}`,
      '[1][2]',
      'there is no element with this index; correct it',
    ],
    [
      'a default with a call',
      'variable "a" {\n  default = upper("b")\n}\n',
      'upper("b")',
      'the default of var.a calls upper(), but must be a plain value; write the value',
    ],
    [
      'a default with a reference',
      'variable "a" {\n  default = path.root\n}\n',
      'path.root',
      'the default of var.a refers to path.root, but must be a plain value; write the value',
    ],
    [
      'a default of another type',
      'variable "a" {\n  type    = number\n  default = "b"\n}\n',
      '"b"',
      'the default of var.a does not fit: a number is required, but this is a string; correct it',
    ],
    [
      'a default of null',
      'variable "a" {\n  nullable = false\n  default  = null\n}\n',
      'null',
      'the default of var.a does not fit: it is null, but nullable is false; correct it',
    ],
  ])('%s', (_, text, at, what) => {
    const all = said({ 'main.tf': text });
    expect(all).toEqual([expect.stringContaining(`undecided invalid at ${at}: Terraform stops here: `)]);
    if (what !== undefined) expect(all).toEqual([`undecided invalid at ${at}: ${stops(what)}`]);
  });

  it.each([
    ['a variable', resource('a = var.b'), 'var.b'],
    ['a local', resource('a = local.b'), 'local.b'],
    ['a resource', resource('a = aws_x.b.id'), 'aws_x.b', 'aws_x.b.id'],
    ['a data source', resource('a = data.aws_x.b.id'), 'data.aws_x.b', 'data.aws_x.b.id'],
    ['a module', resource('a = module.b.id'), 'module.b', 'module.b.id'],
    ['an ephemeral resource', resource('a = ephemeral.aws_x.b.id'), 'ephemeral.aws_x.b', 'ephemeral.aws_x.b.id'],
    ['in a branch that is not taken', resource('a = false ? var.b : 1'), 'var.b'],
    ['in try', resource('a = try(var.b, 1)'), 'var.b'],
    ['in a resource that is not made', resource('count = 0\n  a = var.b'), 'var.b'],
    ['in a local that is not used', 'locals {\n  a = var.b\n}\n', 'var.b'],
    ['in a condition', resource('lifecycle {\n    precondition {\n      condition = var.b\n    }\n  }'), 'var.b'],
    ['in the order of things', resource('depends_on = [aws_x.b]'), 'aws_x.b'],
    ['in a text', resource('a = "x-${var.b}-%{ if true }${var.b}%{ endif }"'), 'var.b'],
  ])('a reference to what is not declared: %s', (_, text, name, at = name) => {
    expect(said({ 'main.tf': text })).toEqual([
      `undecided undeclared at ${at}: ${stops(`${name} is not declared in this module; declare it or correct the name`)}`,
    ]);
  });

  it.each([
    ['each.key', resource('a = each.key'), 'each means something only where for_each is written; write it or remove this'],
    [
      'count.index',
      resource('for_each = {}\n  a = count.index'),
      'count means something only where count is written; write it or remove this',
    ],
    ['self.id', resource('a = self.id'), 'self means something only in provisioners and conditions; name the resource'],
    ['path.file', resource('a = path.file'), 'there is no path.file; it is path.module, path.root or path.cwd'],
    ['var', resource('a = var'), 'var alone refers to nothing; name what is meant, such as var.name'],
    ['private', resource('a = private'), 'private is neither a text in quotes nor a reference; write "private" or what it stands for'],
  ])('%s where it has no meaning', (at, text, what) => {
    expect(said({ 'main.tf': text })).toEqual([`undecided undeclared at ${at}: ${stops(what)}`]);
  });

  it.each([
    ['a function that there is not', resource('a = lenght("b")'), 'invalid at lenght("b")', 'there is no function lenght(); correct it'],
    [
      'count beside for_each',
      resource('count = 1\n  for_each = {}'),
      'invalid at for_each',
      'count and for_each exclude each other; correct it',
    ],
    [
      'a resource without a name',
      'resource "aws_x" {}\n',
      'invalid at resource "aws_x"',
      'a block of type resource has two labels, its type and name; correct it',
    ],
    ['an output without a value', 'output "a" {}\n', 'invalid at output "a"', 'output "a" has no value; give it one'],
    ['an argument outside of blocks', 'a = 1\n', 'invalid at a', 'a stands outside of any block; move it into one'],
    [
      'a reserved name',
      'variable "count" {}\n',
      'invalid at variable "count"',
      'a variable cannot be called count, which every module call has; rename it',
    ],
    [
      'a type that there is not',
      'variable "a" {\n  type = object({ b = list(strin) })\n}\n',
      'invalid at strin',
      'this is no type; write one such as string, list(string) or object({ name = string })',
    ],
  ])('%s', (_, text, at, what) => {
    expect(said({ 'main.tf': text })).toEqual([`undecided ${at}: ${stops(what)}`]);
  });

  it.each([
    ['a resource', resource('a = aws_x.y.id'), 'aws_x.y.id', 'aws_x.y'],
    ['a resource by its count', resource('count = length(aws_x.y)'), 'aws_x.y', 'aws_x.y'],
    [
      'two resources',
      `${resource('a = aws_z.z.id')}resource "aws_z" "z" {\n  depends_on = [aws_x.y]\n}\n`,
      'resource "aws_x" "y"',
      'aws_x.y',
    ],
    ['a data source', 'data "aws_x" "y" {\n  a = local.b\n}\nlocals {\n  b = data.aws_x.y.id\n}\n', 'data "aws_x" "y"', 'data.aws_x.y'],
    ['locals that nothing uses', 'locals {\n  b = local.a\n  a = local.b\n}\n', 'a', 'local.a'],
  ])('a cycle of %s', (_, text, at, name) => {
    expect(said({ 'main.tf': text })).toEqual([
      `undecided reference-cycle at ${at}: ${name} refers to itself, directly or through others; break the cycle`,
    ]);
  });

  it('a cycle through modules', () => {
    const reading = said({
      'main.tf': 'module "m" {\n  source = "./m"\n  v = module.m.o\n}\n',
      'm/main.tf': 'variable "v" {}\noutput "o" {\n  value = var.v\n}\n',
    });
    expect(reading).toEqual([expect.stringMatching(/^undecided reference-cycle at .*break the cycle$/u)]);
  });

  it('and in files of values at the variable', () => {
    expect(
      said({ 'main.tf': 'variable "o" {\n  type = object({ a = string, b = number })\n}\n', 'terraform.tfvars': 'o = { a = "x" }\n' }),
    ).toEqual([`undecided invalid at variable "o": ${stops('var.o: attribute "b" is required; correct it')}`]);
  });

  it.each([
    ['is missing', '', 'undecided missing-argument at module "m"', 'module.m needs the argument v; give it a value'],
    [
      'there is not',
      'v = 1\n  w = 2',
      'undecided unsupported-argument at w',
      'module.m has no variable w; remove the argument or declare the variable in m',
    ],
    ['is null', 'v = null', 'undecided invalid at null', 'var.v: it is null, but may not be (nullable = false); correct it'],
    ['is of another type', 'v = "x"', 'undecided invalid at "x"', 'var.v: a number is required, but this is a string; correct it'],
    ['does not meet a condition', 'v = 11', 'undecided invalid at 11', 'var.v: At most ten.; correct it'],
    ['is an error itself', 'v = [1][2]', 'undecided invalid at [1][2]', 'there is no element with this index; correct it'],
  ])('an argument that %s', (_, body, at, what) => {
    const variable =
      'variable "v" {\n  type = number\n  nullable = false\n  validation {\n    condition = var.v <= 10\n    error_message = "At most ten."\n  }\n}\n';
    expect(said({ 'main.tf': `module "m" {\n  source = "./m"\n  ${body}\n}\n`, 'm/main.tf': variable })).toEqual([`${at}: ${stops(what)}`]);
  });

  it('once, however often a module is called', () => {
    expect(
      said({
        'main.tf': 'module "a" {\n  source = "./m"\n  count = 3\n}\nmodule "b" {\n  source = "./m"\n}\n',
        'm/main.tf': resource('a = [1][2]\n  b = var.nowhere'),
      }),
    ).toEqual([
      `undecided undeclared at var.nowhere: ${stops('var.nowhere is not declared in this module; declare it or correct the name')}`,
      `undecided invalid at [1][2]: ${stops('there is no element with this index; correct it')}`,
    ]);
  });

  it('once, however many roots call a module', () => {
    const call = 'module "m" {\n  source = "../m"\n}\n';
    const texts = { 'a/main.tf': call, 'b/main.tf': call, 'm/main.tf': resource('a = [1][2]\n  b = var.nowhere') };
    const { diagnostics } = createWorkspace(Object.entries(texts).map(([file, text]) => new SourceText(file, text)));
    expect(diagnostics.map(({ code, file }) => [code, file])).toEqual([
      ['undeclared', 'm/main.tf'],
      ['invalid', 'm/main.tf'],
    ]);
  });

  it('without the values that are sensitive', () => {
    const text = `variable "n" {\n  sensitive = true\n}\n${resource('count = 0 - var.n')}`;
    expect(said({ 'main.tf': text, 'terraform.tfvars': 'n = 7\n' })).toEqual([
      `undecided invalid at 0 - var.n: ${stops('count is another number, but must be a whole number of at least 0; correct it')}`,
    ]);
  });

  it('outputs that a module does not have', () => {
    expect(
      said({
        'main.tf': `module "m" {\n  source = "./m"\n}\n${resource('a = module.m.nothing')}`,
        'm/main.tf': 'output "a" {\n  value = 1\n}\n',
      }),
    ).toEqual([`undecided invalid at module.m.nothing: ${stops('module.m has no output "nothing"; correct it')}`]);
  });
});

describe('what Terraform refuses only with the defaults of the root', () => {
  const saidWith = (text: string, values = '') => said({ 'main.tf': text, ...(values === '' ? {} : { 'terraform.tfvars': values }) });
  const zones = `variable "zones" {\n  default = []\n}\n${resource('a = var.zones[0]')}`;

  it('is a warning, since others may be given', () => {
    expect(saidWith(zones)).toEqual([
      'warning invalid at var.zones[0]: with the defaults of its variables Terraform stops here: there is no element with this index; give the variables values or correct it',
    ]);
    expect(saidWith(zones, 'zones = ["a"]\n')).toEqual([]);
    expect(saidWith(zones, 'zones = ["a", "b"]\nother = 1\n')).toEqual([]);
  });

  it('is an error with the values given', () => {
    expect(saidWith(zones, 'zones = []\n')).toEqual([
      `undecided invalid at var.zones[0]: ${stops('there is no element with this index; correct it')}`,
    ]);
  });

  it('includes a condition that a default does not meet', () => {
    const text =
      'variable "size" {\n  default = ""\n  validation {\n    condition = length(var.size) > 0\n    error_message = "Say how large."\n  }\n}\n';
    expect(saidWith(text)).toEqual([
      'warning invalid at variable "size": with the defaults of its variables Terraform stops here: var.size: Say how large.; give the variables values or correct it',
    ]);
  });

  it('and a secret that a root module shows', () => {
    expect(saidWith('variable "p" {\n  sensitive = true\n}\noutput "o" {\n  value = "a${var.p}"\n}\n')).toEqual([
      'warning sensitive-output at "a${var.p}": output "o" holds a sensitive value, which Terraform refuses in a root module; write sensitive = true in it',
    ]);
  });
});

describe('what Terraform may accept is no error', () => {
  it.each([
    ['an error in a branch that is not taken', resource('a = true ? 1 : [1][2]')],
    ['an error in try', resource('a = try([1][2], 1)')],
    ['an error in can', resource('a = can([1][2])')],
    ['a function that there is not, in try', resource('a = try(lenght("b"), 1)')],
    ['a count that is sensitive', `variable "n" {\n  sensitive = true\n}\n${resource('count = var.n')}`],
    ['an error in a resource that is not made', resource('count = 0\n  a = [1][2]')],
    ['an error in a resource that may not be made', `variable "open" {}\n${resource('count = var.open\n  a = [1][2]')}`],
    [
      'an error in a block that may not be made',
      `variable "open" {}\n${resource('dynamic "b" {\n    for_each = var.open\n    content {\n      a = [1][2]\n    }\n  }')}`,
    ],
    ['an unknown count', `variable "open" {}\n${resource('count = var.open')}`],
    ['an unknown for_each', `variable "open" {}\n${resource('for_each = var.open')}`],
    ['an index into something unknown', `variable "open" {}\n${resource('a = var.open[3].b')}`],
    [
      'an attribute that the provider adds',
      `${resource('b {\n    c {}\n  }\n  d = { e = 1 }')}output "o" {\n  value = [aws_x.y.b[0].c[0].z, aws_x.y.d.z, aws_x.y.z]\n}\n`,
    ],
    [
      'names of loops and iterators',
      resource(
        'a = [for x in [1] : { for y, z in { b = x } : y => z }]\n  dynamic "b" {\n    for_each = [1]\n    iterator = each_one\n    content {\n      c = each_one.value\n    }\n  }',
      ),
    ],
    [
      'words that are no references',
      resource(
        'provider = aws.west\n  lifecycle {\n    ignore_changes = [tags]\n    replace_triggered_by = [aws_x.y.a]\n  }\n  provisioner "local-exec" {\n    when = destroy\n    command = "echo ${self.id}"\n  }',
      ),
    ],
    ['a module with for_each', 'module "m" {\n  source = "./m"\n  for_each = toset(["a"])\n  v = each.key\n}\n'],
    ['a file that is not there', resource('a = file("made-later.txt")')],
    [
      'a known-false check',
      'check "c" {\n  data "aws_x" "z" {}\n  assert {\n    condition = data.aws_x.z.a == 1\n    error_message = "no"\n  }\n  assert {\n    condition = false\n    error_message = "no"\n  }\n}\n',
    ],
    [
      'blocks of newer versions',
      'moved {\n  from = aws_x.old\n  to = aws_x.new\n}\nremoved {\n  from = aws_x.gone\n}\nimport {\n  to = aws_x.y\n  id = "a"\n}\nephemeral "aws_x" "e" {}\nresource "aws_x" "y" {\n  a = ephemeral.aws_x.e.secret\n  b = provider::aws::arn_parse("a").b\n  c = terraform.workspace\n}\n',
    ],
  ])('%s', (_, text) => {
    expect(said({ 'main.tf': text, 'm/main.tf': 'variable "v" {}\n' })).toEqual([]);
  });

  it('references in a folder of which something could not be read', () => {
    expect(said({ 'main.tf': resource('a = var.b'), 'broken.tf': 'variable "b" {\n' })).toEqual([
      expect.stringMatching(/^undecided syntax/u),
    ]);
  });
});
