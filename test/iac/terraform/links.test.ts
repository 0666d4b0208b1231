import { describe, expect, it } from 'vitest';
import { Reading, relations } from './read.ts';

const BUCKET = 'resource "aws_s3_bucket" "logs" {\n  bucket = "acme-logs"\n}\n';
const COUNTED = 'variable "create" {}\nresource "aws_s3_bucket" "logs" {\n  count = var.create ? 1 : 0\n}\n';
const ONE = 'resource "aws_s3_bucket" "logs" {\n  count = 1\n}\n';
const EACH = 'resource "aws_s3_bucket" "logs" {\n  for_each = toset(["eu", "us"])\n  bucket   = each.key\n}\n';

const guard = (bucket: string, more = '') => `${more}resource "aws_s3_bucket_public_access_block" "logs" {\n  bucket = ${bucket}\n}\n`;

describe('an access block is linked to its bucket', () => {
  it.each([
    ['by its id', BUCKET, 'aws_s3_bucket.logs.id'],
    ['by its name as declared', BUCKET, 'aws_s3_bucket.logs.bucket'],
    ['by its ARN', BUCKET, 'element(split(":", aws_s3_bucket.logs.arn), 5)'],
    ['by a name that is equal', BUCKET, '"acme-logs"'],
    ['by a name put together', BUCKET, 'join("-", ["acme", "logs"])'],
    ['by its id in a text', BUCKET, '"${aws_s3_bucket.logs.id}"'],
    ['by the attribute in brackets', BUCKET, 'aws_s3_bucket.logs["id"]'],
    ['through a local', `${BUCKET}locals {\n  bucket = local.again\n  again = aws_s3_bucket.logs.id\n}\n`, 'local.bucket'],
    ['through an object', `${BUCKET}locals {\n  all = { logs = { id = aws_s3_bucket.logs.id } }\n}\n`, 'local.all.logs.id'],
    ['through the resource in a local', `${BUCKET}locals {\n  all = { logs = aws_s3_bucket.logs }\n}\n`, 'local.all["logs"].id'],
    [
      'through a data source that reads it',
      `${BUCKET}data "aws_s3_bucket" "logs" {\n  bucket = aws_s3_bucket.logs.id\n}\n`,
      'data.aws_s3_bucket.logs.id',
    ],
    [
      'through a data source that reads it by name',
      `${BUCKET}data "aws_s3_bucket" "logs" {\n  bucket = "acme-logs"\n}\n`,
      'data.aws_s3_bucket.logs.bucket',
    ],
    ['with count', ONE, 'aws_s3_bucket.logs[0].id'],
    ['with count and the old form of an index', ONE, 'aws_s3_bucket.logs.0.id'],
    ['with an unknown count', COUNTED, 'aws_s3_bucket.logs[0].id'],
    ['with try', COUNTED, 'try(aws_s3_bucket.logs[0].id, "")'],
    ['with try and nothing there', COUNTED, 'try(aws_s3_bucket.logs[0].id, null)'],
    ['with one and a splat', COUNTED, 'one(aws_s3_bucket.logs[*].id)'],
    ['with one and the old form of a splat', COUNTED, 'one(aws_s3_bucket.logs.*.id)'],
    ['with join and a splat', COUNTED, 'join("", aws_s3_bucket.logs.*.id)'],
    ['with element and concat', COUNTED, 'element(concat(aws_s3_bucket.logs.*.id, [""]), 0)'],
    ['with concat and an index', COUNTED, 'concat(aws_s3_bucket.logs[*].id, [""])[0]'],
    ['with coalesce', COUNTED, 'coalesce(one(aws_s3_bucket.logs[*].id), "none")'],
    ['with coalescelist', ONE, 'coalescelist(aws_s3_bucket.logs[*].id, [""])[0]'],
    ['with a condition', COUNTED, 'var.create ? aws_s3_bucket.logs[0].id : ""'],
    ['with compact', COUNTED, 'compact(aws_s3_bucket.logs[*].id)[0]'],
    ['with flatten', ONE, 'flatten([aws_s3_bucket.logs[*].id])[0]'],
    ['with values of an instance for each', EACH, 'values(aws_s3_bucket.logs)[0].id'],
    ['with an instance for each', EACH, 'aws_s3_bucket.logs["eu"].id'],
    ['with for', EACH, '[for bucket in aws_s3_bucket.logs : bucket.id][0]'],
    ['with a map made by for', EACH, '{ for key, bucket in aws_s3_bucket.logs : key => bucket.id }["eu"]'],
    ['with lookup', EACH, 'lookup({ for key, bucket in aws_s3_bucket.logs : key => bucket.id }, "eu", "")'],
  ])('%s', (_, bucket, expression) => {
    const reading = new Reading({ 'main.tf': `${bucket}${guard(expression)}` });
    expect(relations(reading.resource('aws_s3_bucket.logs'))).toEqual(['from aws_s3_bucket_public_access_block.logs by bucket']);
    expect(relations(reading.resource('aws_s3_bucket_public_access_block.logs'))).toEqual(['to aws_s3_bucket.logs by bucket']);
    expect(reading.root.diagnostics).toEqual([]);
  });

  it.each([
    ['count', 'count  = 1\n  bucket = aws_s3_bucket.logs.id'],
    ['an unknown count', 'count  = var.open\n  bucket = aws_s3_bucket.logs.id'],
    ['for_each', 'for_each = toset(["a"])\n  bucket   = aws_s3_bucket.logs.id'],
    ['an unknown for_each', 'for_each = var.open\n  bucket   = aws_s3_bucket.logs.id'],
    ['for_each over ids', 'for_each = { logs = aws_s3_bucket.logs.id }\n  bucket   = each.value'],
    ['for_each over resources', 'for_each = { logs = aws_s3_bucket.logs }\n  bucket   = each.value.id'],
  ])('where the block has %s', (_, body) => {
    const text = `variable "open" {}\n${BUCKET}resource "aws_s3_bucket_public_access_block" "logs" {\n  ${body}\n}\n`;
    expect(relations(new Reading({ 'main.tf': text }).resource('aws_s3_bucket.logs'))).toEqual([
      'from aws_s3_bucket_public_access_block.logs by bucket',
    ]);
  });

  it.each([
    ['count on both', ONE.replace('1', '2'), 'count  = 2\n  bucket = aws_s3_bucket.logs[count.index].id'],
    ['for_each on both', EACH, 'for_each = toset(["eu", "us"])\n  bucket   = aws_s3_bucket.logs[each.key].id'],
    ['for_each over the buckets', EACH, 'for_each = aws_s3_bucket.logs\n  bucket   = each.value.id'],
    ['for_each over names', EACH, 'for_each = { for key, bucket in aws_s3_bucket.logs : key => bucket.bucket }\n  bucket   = each.value'],
    [
      'the same unknown for_each',
      `variable "open" {}\n${EACH.replace('toset(["eu", "us"])', 'var.open')}`,
      'for_each = var.open\n  bucket   = aws_s3_bucket.logs[each.key].id',
    ],
  ])('with %s', (_, bucket, body) => {
    const reading = new Reading({ 'main.tf': `${bucket}resource "aws_s3_bucket_public_access_block" "logs" {\n  ${body}\n}\n` });
    expect(relations(reading.resource('aws_s3_bucket.logs'))).toEqual(['from aws_s3_bucket_public_access_block.logs by bucket']);
  });

  it.each(['aws_s3_bucket_ownership_controls.logs.bucket', 'aws_s3_bucket_ownership_controls.logs.id'])(
    'by %s, which is its name',
    (expression) => {
      const reading = new Reading({
        'main.tf': `${BUCKET}resource "aws_s3_bucket_ownership_controls" "logs" {\n  bucket = aws_s3_bucket.logs.id\n}\n${guard(expression)}`,
      });
      expect(relations(reading.resource('aws_s3_bucket.logs'))).toEqual([
        'from aws_s3_bucket_ownership_controls.logs by bucket',
        'from aws_s3_bucket_public_access_block.logs by bucket',
      ]);
      expect(reading.value('aws_s3_bucket_public_access_block.logs', 'bucket')).toMatchObject({
        reference: { address: 'aws_s3_bucket.logs', attribute: 'id' },
      });
    },
  );

  it('and each instance knows which one it is for', () => {
    const reading = new Reading({
      'main.tf': `${EACH}resource "aws_s3_bucket_acl" "logs" {\n  for_each = aws_s3_bucket.logs\n  bucket = each.value.id\n}\n`,
    });
    expect(reading.value('aws_s3_bucket_acl.logs["us"]', 'bucket')).toMatchObject({
      reference: { address: 'aws_s3_bucket.logs', instance: 'aws_s3_bucket.logs["us"]', attribute: 'id' },
    });
  });
});

describe('links reach through modules', () => {
  const MODULE =
    'variable "bucket" {}\nresource "aws_s3_bucket_public_access_block" "this" {\n  bucket = var.bucket\n}\noutput "bucket" {\n  value = aws_s3_bucket_public_access_block.this.bucket\n}\n';

  it.each([
    ['alone', 'bucket = aws_s3_bucket.logs.id'],
    ['with count', 'count  = 1\n  bucket = aws_s3_bucket.logs.id'],
    ['with an unknown count', 'count  = var.open\n  bucket = aws_s3_bucket.logs.id'],
    ['with for_each', 'for_each = { logs = aws_s3_bucket.logs.id }\n  bucket   = each.value'],
    ['with an unknown for_each', 'for_each = var.open\n  bucket   = aws_s3_bucket.logs.id'],
    ['by name', 'bucket = "acme-logs"'],
  ])('that hold the access block, called %s', (_, body) => {
    const reading = new Reading({
      'main.tf': `variable "open" {}\n${BUCKET}module "guard" {\n  source = "./guard"\n  ${body}\n}\n`,
      'guard/main.tf': MODULE,
    });
    expect(relations(reading.resource('aws_s3_bucket.logs'))).toEqual([
      'from module.guard.aws_s3_bucket_public_access_block.this by bucket',
    ]);
  });

  it.each([
    ['alone', '', 'module.logs.bucket_id'],
    ['in an object', '', 'module.logs.all.id'],
    ['with count', 'count = 1', 'module.logs[0].bucket_id'],
    ['with an unknown count', 'count = var.open', 'one(module.logs[*].bucket_id)'],
    ['with an unknown count and try', 'count = var.open', 'try(module.logs[0].bucket_id, "")'],
    ['with for_each', 'for_each = toset(["a"])', 'module.logs["a"].bucket_id'],
    ['with values', 'for_each = toset(["a"])', 'values(module.logs)[0].bucket_id'],
    ['with an unknown for_each', 'for_each = var.open', 'module.logs["a"].bucket_id'],
  ])('that hold the bucket, called %s', (_, body, expression) => {
    const reading = new Reading({
      'main.tf': `variable "open" {}\nmodule "logs" {\n  source = "./bucket"\n  ${body}\n}\n${guard(expression)}`,
      'bucket/main.tf': `${COUNTED.replace('variable "create" {}', 'variable "create" {\n  default = true\n}')}output "bucket_id" {\n  value = try(aws_s3_bucket.logs[0].id, "")\n}\noutput "all" {\n  value = { id = one(aws_s3_bucket.logs[*].id) }\n}\n`,
    });
    expect(relations(reading.resource('module.logs.aws_s3_bucket.logs'))).toEqual([
      'from aws_s3_bucket_public_access_block.logs by bucket',
    ]);
  });

  it('from one to another, by what the first gives', () => {
    const reading = new Reading({
      'main.tf':
        'module "logs" {\n  source = "./bucket"\n}\nmodule "guard" {\n  source = "./guard"\n  bucket = module.logs.id\n}\nresource "aws_s3_bucket_acl" "logs" {\n  bucket = module.guard.bucket\n}\n',
      'bucket/main.tf': `${BUCKET}output "id" {\n  value = aws_s3_bucket.logs.id\n}\n`,
      'guard/main.tf': MODULE,
    });
    expect(relations(reading.resource('module.logs.aws_s3_bucket.logs'))).toEqual([
      'from aws_s3_bucket_acl.logs by bucket',
      'from module.guard.aws_s3_bucket_public_access_block.this by bucket',
    ]);
  });
});

describe('what is linked', () => {
  it('to a bucket', () => {
    const companion = (type: string, argument = 'bucket') => `resource "${type}" "logs" {\n  ${argument} = aws_s3_bucket.logs.id\n}\n`;
    const types = [
      'aws_s3_bucket_acl',
      'aws_s3_bucket_logging',
      'aws_s3_bucket_ownership_controls',
      'aws_s3_bucket_policy',
      'aws_s3_bucket_server_side_encryption_configuration',
      'aws_s3_bucket_versioning',
    ];
    const reading = new Reading({ 'main.tf': `${BUCKET}${types.map((type) => companion(type)).join('')}` });
    expect(relations(reading.resource('aws_s3_bucket.logs'))).toEqual(types.map((type) => `from ${type}.logs by bucket`));
  });

  it('to a security group, an instance and its subnet', () => {
    const reading = new Reading({
      'main.tf': `resource "aws_vpc" "main" {}
resource "aws_subnet" "app" {
  vpc_id = aws_vpc.main.id
}
resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id
}
resource "aws_security_group_rule" "old" {
  security_group_id = aws_security_group.app.id
}
resource "aws_vpc_security_group_ingress_rule" "new" {
  for_each          = toset(["10.0.0.0/8"])
  security_group_id = aws_security_group.app.id
  cidr_ipv4         = each.key
}
resource "aws_instance" "app" {
  count                  = 2
  subnet_id              = element([aws_subnet.app.id], count.index)
  vpc_security_group_ids = concat([aws_security_group.app.id], [])
}
`,
    });
    expect(relations(reading.resource('aws_security_group.app'))).toEqual([
      'from aws_instance.app by vpc_security_group_ids',
      'from aws_security_group_rule.old by security_group_id',
      'from aws_vpc_security_group_ingress_rule.new by security_group_id',
      'to aws_vpc.main by vpc_id',
    ]);
    expect(relations(reading.resource('aws_instance.app'))).toEqual([
      'to aws_security_group.app by vpc_security_group_ids',
      'to aws_subnet.app by subnet_id',
    ]);
  });

  it.each([
    ['var.open ? aws_s3_bucket.logs.id : aws_s3_bucket.other.id'],
    ['try(var.open, true) ? aws_s3_bucket.logs.id : aws_s3_bucket.other.id'],
    ['element([aws_s3_bucket.logs.id, aws_s3_bucket.other.id], var.open)'],
    ['{ a = aws_s3_bucket.logs.id, b = aws_s3_bucket.other.id }[var.open]'],
  ])('perhaps to one, perhaps to another: %s', (expression) => {
    const reading = new Reading({ 'main.tf': `variable "open" {}\n${BUCKET}resource "aws_s3_bucket" "other" {}\n${guard(expression)}` });
    expect(relations(reading.resource('aws_s3_bucket_public_access_block.logs'))).toEqual([
      'to aws_s3_bucket.logs by bucket, perhaps',
      'to aws_s3_bucket.other by bucket, perhaps',
    ]);
  });

  it('to each of several, one for an instance or all in a list', () => {
    const reading = new Reading({
      'main.tf': `${BUCKET}resource "aws_s3_bucket" "other" {}
resource "aws_s3_bucket_acl" "each" {
  for_each = { logs = aws_s3_bucket.logs.id, other = aws_s3_bucket.other.id }
  bucket   = each.value
}
resource "aws_security_group" "a" {}
resource "aws_security_group" "b" {}
resource "aws_instance" "web" {
  vpc_security_group_ids = [aws_security_group.a.id, aws_security_group.b.id]
}
`,
    });
    expect(relations(reading.resource('aws_s3_bucket_acl.each'))).toEqual([
      'to aws_s3_bucket.logs by bucket',
      'to aws_s3_bucket.other by bucket',
    ]);
    expect(relations(reading.resource('aws_instance.web'))).toEqual([
      'to aws_security_group.a by vpc_security_group_ids',
      'to aws_security_group.b by vpc_security_group_ids',
    ]);
  });

  it('to nothing, by an attribute that only mentions it', () => {
    const reading = new Reading({
      'main.tf': `${BUCKET}resource "aws_s3_bucket" "other" {\n  bucket = "acme-other"\n}\n${guard('"acme-other"')}`,
    });
    expect(relations(reading.resource('aws_s3_bucket.logs'))).toEqual([]);
  });
});
