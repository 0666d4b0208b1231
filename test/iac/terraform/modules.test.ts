import { describe, expect, it } from 'vitest';
import { Reading, relations } from './read.ts';

const BUCKET = `variable "name" {}
variable "guard" {
  type    = bool
  default = true
}
resource "aws_s3_bucket" "this" {
  bucket = var.name
}
resource "aws_s3_bucket_public_access_block" "this" {
  count  = var.guard ? 1 : 0
  bucket = aws_s3_bucket.this.id
}
output "id" {
  value = aws_s3_bucket.this.id
}
output "name" {
  value = aws_s3_bucket.this.bucket
}
`;

describe('modules', () => {
  const reading = new Reading({
    'live/main.tf': `variable "open" {}
module "logs" {
  source   = "../bucket"
  for_each = { eu = "logs-eu", us = "logs-us" }
  name     = each.value
}
module "data" {
  source = "../bucket"
  name   = var.open
  guard  = false
}
module "far" {
  source = "acme/bucket/aws"
}
module "gone" {
  source = "../nowhere"
}
resource "aws_s3_bucket_versioning" "each" {
  for_each = module.logs
  bucket   = each.value.id
}
resource "aws_s3_bucket_acl" "eu" {
  bucket = module.logs["eu"].name
}
resource "aws_s3_bucket_acl" "far" {
  bucket = module.far.id
}
`,
    'bucket/main.tf': BUCKET,
  });

  it('are evaluated once for each call, inside the root of their caller', () => {
    expect(reading.roots.map((root) => root.path)).toEqual(['live']);
    expect(reading.root.files).toEqual(['live/main.tf', 'bucket/main.tf']);
    expect(reading.root.resources.flatMap((each) => [each.address, ...each.instances.map((instance) => `  ${instance.address}`)])).toEqual([
      'aws_s3_bucket_versioning.each',
      '  aws_s3_bucket_versioning.each["eu"]',
      '  aws_s3_bucket_versioning.each["us"]',
      'aws_s3_bucket_acl.eu',
      '  aws_s3_bucket_acl.eu',
      'aws_s3_bucket_acl.far',
      '  aws_s3_bucket_acl.far',
      'module.logs.aws_s3_bucket.this',
      '  module.logs["eu"].aws_s3_bucket.this',
      '  module.logs["us"].aws_s3_bucket.this',
      'module.logs.aws_s3_bucket_public_access_block.this',
      '  module.logs["eu"].aws_s3_bucket_public_access_block.this[0]',
      '  module.logs["us"].aws_s3_bucket_public_access_block.this[0]',
      'module.data.aws_s3_bucket.this',
      '  module.data.aws_s3_bucket.this',
      'module.data.aws_s3_bucket_public_access_block.this',
    ]);
  });

  it('pass arguments in and outputs back', () => {
    expect(reading.shown('module.logs["us"].aws_s3_bucket.this', 'bucket')).toBe('"logs-us"');
    expect(reading.places(reading.value('module.logs["us"].aws_s3_bucket.this', 'bucket'))).toEqual({ at: 'var.name', from: '"logs-us"' });
    expect(reading.shown('module.data.aws_s3_bucket.this', 'bucket')).toBe('?var.open has no value here');
    expect(reading.value('aws_s3_bucket_versioning.each["us"]', 'bucket')).toMatchObject({
      state: 'unknown',
      reference: { address: 'module.logs.aws_s3_bucket.this', instance: 'module.logs["us"].aws_s3_bucket.this', attribute: 'id' },
    });
  });

  it('are related through arguments and outputs', () => {
    expect(relations(reading.resource('module.logs.aws_s3_bucket.this'))).toEqual([
      'from aws_s3_bucket_acl.eu by bucket',
      'from aws_s3_bucket_acl.far by bucket, perhaps',
      'from aws_s3_bucket_versioning.each by bucket',
      'from module.logs.aws_s3_bucket_public_access_block.this by bucket',
    ]);
  });

  it('that are not here are named, and what they give is unknown', () => {
    expect(reading.root.diagnostics.map(({ level, code, message }) => `${level} ${code}: ${message}`)).toEqual([
      'unresolved unresolved-module: module.far comes from "acme/bucket/aws", which is outside this repository and not read; what it declares is not audited',
      'undecided unresolved-module: module.gone comes from "../nowhere", but nowhere holds no Terraform files; correct its source or commit the module',
    ]);
    expect(reading.value('aws_s3_bucket_acl.far', 'bucket').state).toBe('unknown');
  });

  it.each([
    [
      'an empty folder or a submodule',
      './empty',
      'unresolved-module',
      'module.m comes from "./empty", but empty holds no Terraform files; correct its source or commit the module',
    ],
    [
      'a folder outside',
      '../../other',
      'unresolved-module',
      'module.m comes from "../../other", but ../../other holds no Terraform files; correct its source or commit the module',
    ],
    ['its own folder', '.', 'module-cycle', 'module.m calls ., which is being called already; break the cycle'],
    ['its own folder, by another way', './m/..', 'module-cycle', 'module.m calls ., which is being called already; break the cycle'],
  ])('from %s are undecided', (_, source, code, message) => {
    const text = `module "m" {\n  source = "${source}"\n}\nresource "aws_x" "y" {\n  a = module.m.id\n}\n`;
    const reading = new Reading({ 'main.tf': text });
    expect(reading.root.diagnostics).toEqual([expect.objectContaining({ level: 'undecided', code, message, file: 'main.tf' })]);
    expect(reading.value('aws_x.y', 'a').state).toBe('unknown');
  });

  it('without a source are undecided', () => {
    const reading = new Reading({ 'main.tf': 'module "m" {\n  name = "x"\n}\n' });
    expect(reading.root.diagnostics.map(({ level, code, message }) => [level, code, message])).toEqual([
      ['undecided', 'unresolved-module', 'module.m has no source, so that nothing is called; say where the module is'],
    ]);
  });

  it.each(['./bucket', './/bucket', './x/../bucket/', './bucket//'])('are found at %s', (source) => {
    const reading = new Reading({
      'main.tf': `module "m" {\n  source = "${source}"\n  name   = "logs"\n}\n`,
      'bucket/main.tf': BUCKET,
    });
    expect(reading.roots.map(({ path }) => path)).toEqual(['.']);
    expect(reading.shown('module.m.aws_s3_bucket.this', 'bucket')).toBe('"logs"');
  });

  it('of modules know their own folder and that of the root', () => {
    const reading = new Reading({
      'live/main.tf': 'module "outer" {\n  source = "../outer"\n}\n',
      'outer/main.tf': 'module "inner" {\n  source = "./inner"\n}\n',
      'outer/inner/main.tf':
        'resource "aws_x" "y" {\n  a = "${path.module}|${path.root}"\n  b = file("${path.module}/note.txt")\n  c = path.cwd\n  d = terraform.workspace\n}\n',
      'outer/inner/note.txt': 'note',
    });
    const shown = (name: string) => reading.shown('module.outer.module.inner.aws_x.y', name);
    expect(['a', 'b', 'c', 'd'].map(shown)).toEqual([
      '"../outer/inner|."',
      '"note"',
      '?path.cwd is known only when Terraform runs',
      '?terraform.workspace is known only when Terraform runs',
    ]);
  });

  it('that call each other end with a diagnostic', () => {
    const cyclic = new Reading({
      'a/main.tf': 'module "b" {\n  source = "../b"\n}\n',
      'b/main.tf': 'module "a" {\n  source = "../a"\n}\nresource "aws_x" "y" {}\n',
    });
    expect(cyclic.roots.map((root) => [root.path, root.resources.map((each) => each.address)])).toEqual([['a', ['module.b.aws_x.y']]]);
    expect(cyclic.root.diagnostics).toEqual([expect.objectContaining({ level: 'undecided', code: 'module-cycle', file: 'b/main.tf' })]);
  });
});

describe('instances', () => {
  const reading = new Reading({
    'main.tf': `variable "open" {}
resource "aws_s3_bucket" "counted" {
  count  = 2
  bucket = "b-\${count.index}"
}
resource "aws_s3_bucket" "each" {
  for_each = toset(["x", "y"])
  bucket   = each.key
}
resource "aws_s3_bucket" "none" {
  count = 0
}
resource "aws_s3_bucket" "some" {
  count = var.open
}
resource "aws_s3_bucket_acl" "some" {
  bucket = one(aws_s3_bucket.some[*].id)
}
resource "aws_s3_bucket_acl" "second" {
  bucket = aws_s3_bucket.counted[1].id
}
resource "aws_s3_bucket_acl" "fallback" {
  bucket = try(aws_s3_bucket.none[0].id, "none")
}
`,
  });
  const keys = (address: string) => reading.resource(address).instances.map((instance) => [instance.address, instance.key]);

  it('have the keys of count and for_each', () => {
    expect(keys('aws_s3_bucket.counted')).toEqual([
      ['aws_s3_bucket.counted[0]', 0],
      ['aws_s3_bucket.counted[1]', 1],
    ]);
    expect(keys('aws_s3_bucket.each')).toEqual([
      ['aws_s3_bucket.each["x"]', 'x'],
      ['aws_s3_bucket.each["y"]', 'y'],
    ]);
    expect(keys('aws_s3_bucket.none')).toEqual([]);
    expect(reading.shown('aws_s3_bucket.counted[1]', 'bucket')).toBe('"b-1"');
  });

  it('are one with an unknown key where their number is not known', () => {
    expect(keys('aws_s3_bucket.some')).toEqual([['aws_s3_bucket.some', undefined]]);
    expect(relations(reading.resource('aws_s3_bucket.some'))).toEqual(['from aws_s3_bucket_acl.some by bucket']);
  });

  it('are told apart by references', () => {
    expect(reading.value('aws_s3_bucket_acl.second', 'bucket')).toMatchObject({
      reference: { address: 'aws_s3_bucket.counted', instance: 'aws_s3_bucket.counted[1]' },
    });
    expect(reading.shown('aws_s3_bucket_acl.fallback', 'bucket')).toBe('"none"');
  });
});

describe('links', () => {
  it('are made by equal names, and to all that an unknown name may mean', () => {
    const reading = new Reading({
      'main.tf': `variable "open" {}
resource "aws_s3_bucket" "a" {
  bucket = "acme-a"
}
resource "aws_s3_bucket" "b" {
  bucket = "acme-b"
}
resource "aws_s3_bucket_policy" "a" {
  bucket = "acme-a"
}
resource "aws_s3_bucket_policy" "any" {
  bucket = var.open
}
resource "aws_instance" "web" {
  vpc_security_group_ids = [for group in [aws_security_group.web] : group.id]
}
resource "aws_security_group" "web" {}
`,
    });
    expect(relations(reading.resource('aws_s3_bucket.a'))).toEqual([
      'from aws_s3_bucket_policy.a by bucket',
      'from aws_s3_bucket_policy.any by bucket, perhaps',
    ]);
    expect(relations(reading.resource('aws_s3_bucket_policy.any'))).toEqual([
      'to aws_s3_bucket.a by bucket, perhaps',
      'to aws_s3_bucket.b by bucket, perhaps',
    ]);
    expect(relations(reading.resource('aws_instance.web'))).toEqual(['to aws_security_group.web by vpc_security_group_ids']);
  });
});

describe('data sources', () => {
  const shown = (data: string, expression: string, files: Readonly<Record<string, string>> = {}) =>
    new Reading({ 'main.tf': `variable "open" {}\n${data}\nresource "aws_x" "y" {\n  a = ${expression}\n}\n`, ...files }).shown(
      'aws_x.y',
      'a',
    );

  it('are read when Terraform runs', () => {
    expect(shown('data "aws_caller_identity" "me" {}', '"arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"')).toBe(
      '?data.aws_caller_identity.me.account_id is read when Terraform runs',
    );
    expect(shown('data "terraform_remote_state" "net" {}', 'data.terraform_remote_state.net.outputs.vpc_id')).toBe(
      '?data.terraform_remote_state.net.outputs is read when Terraform runs',
    );
  });

  it.each([
    ['template = "a-$${b}"\n  vars = { b = 1 }', '"a-1"'],
    ['template = file("${path.module}/t.tpl")\n  vars = { b = "x" }', '"file x"'],
    ['template = "plain"', '"plain"'],
    ['template = "$${b}"\n  vars = { b = var.open }', '?var.open has no value here'],
    ['template = var.open', '?var.open has no value here'],
  ])('with a template are rendered: %s', (body, expected) => {
    const data = `data "template_file" "t" {\n  ${body}\n}`;
    expect(shown(data, 'data.template_file.t.rendered', { 't.tpl': 'file ${b}' })).toBe(expected);
  });
});

describe('modules that multiply', () => {
  const codes = (texts: Readonly<Record<string, string>>) =>
    new Reading(texts).root.diagnostics.map(({ level, code }) => `${level} ${code}`);

  it('by count within count are counted together', () => {
    expect(
      codes({
        'main.tf': 'module "m" {\n  source = "./a"\n  count = 1000\n}\n',
        'a/main.tf': 'module "m" {\n  source = "../b"\n  count = 1000\n}\n',
        'b/main.tf': 'resource "aws_x" "y" {\n  count = 1000\n}\noutput "o" {\n  value = aws_x.y\n}\n',
      }),
    ).toEqual(['undecided limit-eval']);
  });

  it('by policies that hold each other twice are limited', () => {
    const policies = Array.from({ length: 40 }, (_, index) => {
      const before = `data.aws_iam_policy_document.p${index - 1}.json`;
      const sources = index === 0 ? '' : `source_policy_documents = [${before}, ${before}]\n`;
      return `data "aws_iam_policy_document" "p${index}" {\n  ${sources}  statement {}\n}\n`;
    });
    expect(codes({ 'main.tf': `${policies.join('')}resource "aws_x" "y" {\n  a = data.aws_iam_policy_document.p39.json\n}\n` })).toEqual([
      'undecided limit-eval',
    ]);
  });
});
