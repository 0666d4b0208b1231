import { describe, expect, it } from 'vitest';
import type { Value } from '../../../src/domain/value.ts';
import { all, at, isList } from '../../../src/domain/value.ts';
import { Reading, relations, show } from './read.ts';

function items(value: Value): readonly Value[] {
  return value.state === 'known' && isList(value.data) ? value.data : [value];
}

describe('dynamic blocks', () => {
  const read = (forEach: string, more = '') =>
    new Reading({
      'main.tf': `variable "open" {}
variable "rules" {
  type = list(object({ port = number, cidrs = optional(list(string), ["10.0.0.0/8"]) }))
  default = [{ port = 22 }, { port = 443, cidrs = ["0.0.0.0/0"] }]
}
resource "aws_security_group" "other" {}
resource "aws_security_group" "app" {
  dynamic "ingress" {
    for_each = ${forEach}
    iterator = rule
    content {
      from_port       = rule.value.port
      to_port         = "443"
      cidr_blocks     = ["0.0.0.0/0"]
      security_groups = [aws_security_group.other.id]
      dynamic "nested" {
        for_each = [rule.key]
        content {
          key = nested.value
        }
      }
    }
  }
  ${more}
}
`,
    });

  it('are a block for each element', () => {
    const ingress = read('var.rules').value('aws_security_group.app', 'ingress');
    expect(items(ingress).map((block) => [show(at(block, 'from_port')), show(at(block, 'nested'))])).toEqual([
      ['22', '[{key: 0}]'],
      ['443', '[{key: 1}]'],
    ]);
  });

  it('of an unknown number are unknown, but for what each of them holds', () => {
    const reading = read('var.open');
    const ingress = reading.value('aws_security_group.app', 'ingress');
    expect(show(ingress)).toBe('?var.open has no value here');
    expect(reading.textAt(ingress.span)).toBe('dynamic "ingress"');
    expect(show(at(ingress, 'cidr_blocks'))).toBe('["0.0.0.0/0"]');
    expect(show(at(ingress, 'to_port'))).toBe('443');
    expect(show(at(ingress, 'from_port'))).toBe('?var.open has no value here');
    expect(show(at(ingress, 'description'))).toBe('absent');
    expect(all(reading.value('aws_security_group.app'), 'ingress', 'cidr_blocks').map(show)).toEqual(['"0.0.0.0/0"']);
  });

  it('of an unknown number may not be there, whoever asks for an attribute of the one block', () => {
    expect(read('var.open').shown('aws_security_group.app', 'ingress', 'to_port')).toBe('?var.open has no value here');
  });

  it('of an unknown number stand beside others', () => {
    const ingress = read('var.open', 'ingress {\n    from_port = 80\n  }').value('aws_security_group.app', 'ingress');
    expect(items(ingress).map((block) => [block.state, show(at(block, 'to_port')), show(at(block, 'from_port'))])).toEqual([
      ['unknown', '443', '?var.open has no value here'],
      ['known', 'absent', '80'],
    ]);
  });

  it('of an unknown number refer to what each of them does', () => {
    expect(relations(read('var.open').resource('aws_security_group.other'))).toEqual(['from aws_security_group.app by ingress']);
  });

  it('of none are not there', () => {
    expect(read('[]').shown('aws_security_group.app', 'ingress')).toBe('[]');
  });
});

describe('tags that a provider gives to all', () => {
  const PROVIDERS = `variable "open" {}
provider "aws" {
  default_tags {
    tags = {
      Team = "infra"
      Cost = var.open
    }
  }
}
provider "aws" {
  alias = "west"
  default_tags {
    tags = { Region = local.west }
  }
}
provider "aws" {
  alias = "plain"
}
locals {
  west = "us-west-2"
}
`;
  const tags = (body: string, type = 'aws_x') =>
    new Reading({ 'main.tf': `${PROVIDERS}resource "${type}" "y" {\n  ${body}\n}\n` }).shown(`${type}.y`, 'tags_all');

  it.each([
    ['no tags of its own', '', '{Cost: ?var.open has no value here, Team: "infra"}'],
    ['tags of its own, which win', 'tags = { Team = "web", Name = "x" }', '{Cost: ?var.open has no value here, Name: "x", Team: "web"}'],
    ['tags that are not known', 'tags = var.open', '?var.open has no value here'],
    ['another provider', 'provider = aws.west', '{Region: "us-west-2"}'],
    ['a provider without any', 'provider = aws.plain\n  tags = { A = "b" }', 'absent'],
  ])('are in tags_all, with %s', (_, body, expected) => {
    expect(tags(body)).toBe(expected);
  });

  it('are not given to what is not of AWS, nor to groups', () => {
    expect([tags('', 'google_x'), tags('', 'aws_autoscaling_group')]).toEqual(['absent', 'absent']);
  });

  it('leave tags as they are written', () => {
    const reading = new Reading({ 'main.tf': `${PROVIDERS}resource "aws_x" "y" {\n  tags = { Name = "x" }\n}\n` });
    expect(reading.shown('aws_x.y', 'tags')).toBe('{Name: "x"}');
    expect(reading.places(reading.value('aws_x.y', 'tags_all', 'Team'))).toEqual({ at: '{ Name = "x" }', from: '"infra"' });
  });

  it('can be referred to', () => {
    const reading = new Reading({
      'main.tf': `${PROVIDERS}resource "aws_x" "y" {\n  provider = aws.west\n}\nresource "aws_z" "z" {\n  a = aws_x.y.tags_all.Region\n}\n`,
    });
    expect(reading.shown('aws_z.z', 'a')).toBe('"us-west-2"');
  });

  it('reach modules: the default ones by themselves, others where they are passed', () => {
    const reading = new Reading({
      'main.tf': `${PROVIDERS}module "inherits" {
  source = "./m"
}
module "west" {
  source    = "./m"
  providers = { aws = aws.west, aws.second = aws.plain }
}
module "outer" {
  source    = "./outer"
  providers = { aws.east = aws.west }
}
`,
      'm/main.tf': 'resource "aws_x" "y" {}\nresource "aws_x" "second" {\n  provider = aws.second\n}\n',
      'outer/main.tf': 'module "inner" {\n  source    = "../m"\n  providers = { aws.second = aws.east }\n}\n',
    });
    const shown = (name: string) => reading.shown(name, 'tags_all');
    expect(shown('module.inherits.aws_x.y')).toBe('{Cost: ?var.open has no value here, Team: "infra"}');
    expect(shown('module.inherits.aws_x.second')).toBe('absent');
    expect(shown('module.west.aws_x.y')).toBe('{Region: "us-west-2"}');
    expect(shown('module.west.aws_x.second')).toBe('absent');
    expect(shown('module.outer.module.inner.aws_x.y')).toBe('{Cost: ?var.open has no value here, Team: "infra"}');
    expect(shown('module.outer.module.inner.aws_x.second')).toBe('{Region: "us-west-2"}');
  });

  it('that depend on themselves are none', () => {
    const reading = new Reading({
      'main.tf': 'provider "aws" {\n  default_tags {\n    tags = aws_x.y.tags_all\n  }\n}\nresource "aws_x" "y" {}\n',
    });
    expect(reading.shown('aws_x.y', 'tags_all')).toMatch(/^(?:absent|\?)/u);
  });
});
