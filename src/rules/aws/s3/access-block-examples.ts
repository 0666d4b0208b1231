/** Examples of the four rules about the public access block; they differ only in the setting's name. */
import type { Examples, Rule } from '../../../domain/rule.ts';
import type { SettingName } from './access-block.ts';
import { SETTINGS } from './access-block.ts';

export function accessBlockExamples(name: SettingName): Rule['examples'] {
  return { terraform: terraform(name), cloudformation: cloudformation(name) };
}

function terraform(name: SettingName): Examples {
  const bucket = (label: string): string => `resource "aws_s3_bucket" "${label}" {\n  bucket = "example-${label}"\n}\n`;
  const block = (label: string, value: string | null): string => {
    const lines = Object.keys(SETTINGS).map((each) => {
      if (each !== name) return `  ${each.padEnd(23)} = true\n`;
      return value === null ? '' : `  ${each.padEnd(23)} = ${value}\n`;
    });
    return `resource "aws_s3_bucket_public_access_block" "${label}" {\n  bucket = aws_s3_bucket.${label}.id\n\n${lines.join('')}}\n`;
  };
  const account = (value: string): string => `resource "aws_s3_account_public_access_block" "this" {\n  ${name} = ${value}\n}\n`;
  const file = (label: string, value: string | null): string => `${bucket(label)}\n${block(label, value)}`;
  const added = (label: string): string =>
    `resource "aws_s3_bucket_public_access_block" "${label}" {
  bucket                  = aws_s3_bucket.${label}.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
`;
  return {
    bad: [
      { name: 'turned off', source: file('invoices', 'false'), at: 'false', fixed: file('invoices', 'true') },
      { name: 'not a boolean', source: file('invoices', '"no"'), at: '"no"', fixed: file('invoices', 'true') },
      {
        name: 'left out of the block',
        source: file('invoices', null),
        at: 'resource "aws_s3_bucket_public_access_block" "invoices"',
        fixed: file('invoices', null).replace(/\}\n$/u, `  ${name.padEnd(23)} = true\n}\n`),
      },
      {
        name: 'no access block',
        source: bucket('reports'),
        at: 'resource "aws_s3_bucket" "reports"',
        fixed: `${bucket('reports')}\n${added('reports')}`,
      },
      {
        name: 'access block of a bucket declared elsewhere',
        source: block('archive', 'false').replace('aws_s3_bucket.archive.id', '"example-archive"'),
        at: 'false',
        fixed: block('archive', 'true').replace('aws_s3_bucket.archive.id', '"example-archive"'),
      },
      { name: 'turned off for the whole account', source: account('false'), at: 'false', fixed: account('true') },
    ],
    good: [
      { name: 'turned on', source: file('invoices', 'true') },
      { name: 'turned on for the whole account', source: `${account('true')}\n${file('invoices', 'false')}\n${bucket('reports')}` },
      { name: 'turned on for each of several buckets', source: severalBuckets(name) },
    ],
    undecided: [
      {
        name: 'set by a variable without a value',
        source: `variable "locked" {\n  type = bool\n}\n\n${file('invoices', 'var.locked')}`,
        at: 'var.locked',
      },
      {
        name: 'access block of a bucket that is not known',
        source: `variable "name" {\n  type = string\n}\n\n${bucket('reports')}\n${block('any', 'true').replace('aws_s3_bucket.any.id', 'var.name')}`,
        at: 'var.name',
      },
      {
        name: 'the whole account has it as a variable without a value says',
        source: `variable "locked" {\n  type = bool\n}\n\n${account('var.locked')}`,
        at: 'var.locked',
      },
    ],
  };
}

function severalBuckets(name: SettingName): string {
  return `resource "aws_s3_bucket" "tenant" {
  for_each = toset(["north", "south"])
  bucket   = "example-\${each.key}"
}

resource "aws_s3_bucket_public_access_block" "tenant" {
  for_each = aws_s3_bucket.tenant
  bucket   = each.value.id
  ${name.padEnd(23)} = true
}
`;
}

function cloudformation(name: SettingName): Examples {
  const property = SETTINGS[name];
  const head = 'Resources:\n  Invoices:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: example-invoices\n';
  const block = (value: string | null): string => {
    const lines = Object.values(SETTINGS).map((each) => {
      if (each !== property) return `        ${each}: true\n`;
      return value === null ? '' : `        ${each}: ${value}\n`;
    });
    return `      PublicAccessBlockConfiguration:\n${lines.join('')}`;
  };
  return {
    bad: [
      { name: 'turned off', source: head + block('false'), at: 'false', fixed: head + block('true') },
      { name: 'not a boolean', source: head + block('sometimes'), at: 'sometimes', fixed: head + block('true') },
      {
        name: 'left out of the block',
        source: head + block(null),
        at: 'PublicAccessBlockConfiguration',
        fixed: `${head}${block(null)}        ${property}: true\n`,
      },
      { name: 'no access block', source: head, at: 'Invoices', fixed: head + block('true') },
    ],
    good: [{ name: 'turned on', source: head + block('true') }],
    undecided: [
      {
        name: 'set by a parameter without a default',
        source: `Parameters:\n  Locked:\n    Type: String\n${head}${block('!Ref Locked')}`,
        at: '!Ref Locked',
      },
    ],
  };
}
