import { describe, expect, it } from 'vitest';
import { Reading } from './read.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const MAIN = `${names.map((name) => `variable "${name}" {}\n`).join('')}resource "aws_x" "y" {\n  values = [${names.map((name) => `var.${name}`).join(', ')}]\n}\n`;
const values = (name: string, ...set: string[]): string => set.map((each) => `${each} = "${name}"\n`).join('');
const json = (name: string, ...set: string[]): string => JSON.stringify(Object.fromEntries(set.map((each) => [each, name])));

describe('values of variables', () => {
  it('come from files in their order, the last one wins', () => {
    const reading = new Reading(
      {
        'app/main.tf': MAIN,
        'app/terraform.tfvars': values('1', ...names),
        'app/terraform.tfvars.json': json('2', 'b', 'c', 'd', 'e', 'f'),
        'app/m.auto.tfvars.json': json('3', 'c', 'd', 'e', 'f'),
        'app/n.auto.tfvars': values('4', 'd', 'e', 'f'),
        'app/other.tfvars': values('not read', ...names),
        'envs/live.tfvars': values('6', 'f', 'not_declared'),
        'envs/base.tfvars.json': json('5', 'e', 'f'),
      },
      ['envs/base.tfvars.json', 'envs/live.tfvars'],
    );
    expect(reading.shown('aws_x.y', 'values')).toBe('["1", "2", "3", "4", "5", "6"]');
    expect(reading.root.files).toEqual([
      'app/main.tf',
      'app/terraform.tfvars',
      'app/terraform.tfvars.json',
      'app/m.auto.tfvars.json',
      'app/n.auto.tfvars',
      'envs/base.tfvars.json',
      'envs/live.tfvars',
    ]);
    expect(reading.root.diagnostics).toEqual([]);
  });

  it('that are named are those of every root, not of modules that are called', () => {
    const reading = new Reading(
      {
        'one/main.tf': 'variable "a" {}\nmodule "m" {\n  source = "../m"\n}\nresource "aws_x" "one" {\n  a = var.a\n}\n',
        'two/main.tf': 'variable "a" {\n  type = number\n}\nresource "aws_x" "two" {\n  a = var.a\n}\n',
        'm/main.tf': 'variable "a" {\n  default = "own"\n}\nresource "aws_x" "three" {\n  a = var.a\n}\n',
        'v.tfvars': 'a = "7"\n',
      },
      ['v.tfvars'],
    );
    expect([reading.shown('aws_x.one', 'a'), reading.shown('aws_x.two', 'a'), reading.shown('module.m.aws_x.three', 'a')]).toEqual([
      '"7"',
      '7',
      '"own"',
    ]);
  });

  it('in JSON are what they say', () => {
    const reading = new Reading({
      'main.tf': 'variable "a" {}\nresource "aws_x" "y" {\n  a = var.a\n}\n',
      'terraform.tfvars.json': '\uFEFF{\r\n  "//": "a comment",\r\n  "a": {"${k}": ["$${x}", 1.5, true, null]}\r\n}\r\n',
    });
    expect(reading.shown('aws_x.y', 'a')).toBe('{${k}: ["$${x}", 1.5, true, absent]}');
    expect(reading.root.diagnostics).toEqual([]);
  });

  it('are not computed', () => {
    const reading = new Reading({
      'main.tf': MAIN,
      'terraform.tfvars':
        'a = upper("x")\nb = var.a\nc = "${local.x}"\nd = 1 + 2\ne = [for k, x in [1] : x + k]\nf = { d = "bare key" }\nblock {\n}\n',
    });
    expect(
      reading.root.diagnostics.map(({ level, code, span, message }) => `${level} ${code} ${reading.textAt(span)}: ${message}`),
    ).toEqual([
      'undecided not-literal upper("x"): the value of a is computed; a file of values holds literal values, one for each variable',
      'undecided not-literal var.a: the value of b is computed; a file of values holds literal values, one for each variable',
      'undecided not-literal local.x: the value of c is computed; a file of values holds literal values, one for each variable',
      'undecided not-literal block: block is a block; a file of values holds literal values, one for each variable',
    ]);
    const refused = '?its value in terraform.tfvars is computed, which Terraform refuses';
    expect(reading.shown('aws_x.y', 'values')).toBe(`[${refused}, ${refused}, ${refused}, 3, [1], {d: "bare key"}]`);
  });

  it('that cannot be read, or do not parse, are told of once', () => {
    const reading = new Reading({ 'one/main.tf': '', 'two/main.tf': '', 'bad.tfvars': 'a = = 1\n', 'bad.tfvars.json': '{"a" 1}' }, [
      'none.tfvars',
      'bad.tfvars',
      'bad.tfvars.json',
    ]);
    const shared = new Set(reading.roots.flatMap(({ diagnostics }) => diagnostics));
    expect([...shared].map(({ level, code, file, message }) => `${level} ${code} ${file}: ${message}`)).toEqual([
      'undecided unreadable none.tfvars: none.tfvars gives values to variables and cannot be read: there is no such file',
      'undecided syntax bad.tfvars: Invalid expression: Found `=`. A value was expected, such as a string, a number, a list or a reference.',
      'undecided syntax bad.tfvars.json: Invalid JSON: A colon was expected between the property name and its value.',
    ]);
  });
});
