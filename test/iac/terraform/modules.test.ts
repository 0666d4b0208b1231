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
      'warning unresolved-module: module.far comes from "acme/bucket/aws", which is outside this repository and not read; what it declares is not audited',
      'undecided unresolved-module: module.gone comes from "../nowhere", but nowhere holds no Terraform files; correct its source or commit the module',
    ]);
    expect(reading.value('aws_s3_bucket_acl.far', 'bucket').state).toBe('unknown');
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
