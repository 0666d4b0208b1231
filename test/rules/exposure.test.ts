/** How bad public access is, by what the settings of the bucket and of its account make of it. */
import { describe, expect, it } from 'vitest';
import { evaluate, RuleSet } from '../../src/domain/evaluate.ts';
import { SourceText } from '../../src/domain/source.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { rules } from '../../src/rules/index.ts';

/** What the rules with these ids say, as `severity: message`. */
function said(text: string, ids: readonly string[]): string[] {
  const workspace = createWorkspace([new SourceText(text.startsWith('Resources') ? 'template.yaml' : 'main.tf', text)]);
  expect(workspace.diagnostics).toEqual([]);
  const set = new RuleSet(rules.filter(({ id }) => ids.includes(id)));
  return workspace.resources.flatMap((resource) => evaluate(resource, set)).map(({ severity, message }) => `${severity}: ${message}`);
}

const ACL = ['aws-s3-acl-public-read', 'aws-s3-public-acl-overridden'];
const POLICY = ['aws-s3-policy-public-principal'];

function bucketWithAcl(block: string): string {
  return `
variable "ignore" {
  type = bool
}
resource "aws_s3_bucket" "site" {
  bucket = "example-site"
}
resource "aws_s3_bucket_acl" "site" {
  bucket = aws_s3_bucket.site.id
  acl    = "public-read"
}
${block === '' ? '' : `resource "aws_s3_bucket_public_access_block" "site" {\n  bucket = aws_s3_bucket.site.id\n  ${block}\n}`}
`;
}

describe('a public ACL', () => {
  it.each([
    ['', 'CRITICAL: acl is "public-read", which lets everyone on the internet read.'],
    [
      'ignore_public_acls = true',
      'MEDIUM: acl is "public-read", which would let strangers in; only ignore_public_acls makes S3 ignore it.',
    ],
    ['ignore_public_acls = false', 'CRITICAL: acl is "public-read", which lets everyone on the internet read.'],
    [
      'block_public_acls = true',
      'HIGH: acl is "public-read", which lets everyone on the internet read; block_public_acls makes S3 refuse such an ACL, but one that is in place stays in force.',
    ],
    ['block_public_policy = true', 'CRITICAL: acl is "public-read", which lets everyone on the internet read.'],
    [
      'ignore_public_acls = var.ignore',
      'CRITICAL: acl is "public-read", which lets everyone on the internet read; whether ignore_public_acls makes S3 ignore it is not known: var.ignore has no value here.',
    ],
  ])('with an access block of %j', (block, expected) => {
    expect(said(bucketWithAcl(block), ACL)).toEqual([expected]);
  });

  it('is judged with the access block of the same key, and names the instances it concerns', () => {
    const text = `
resource "aws_s3_bucket" "site" {
  for_each = toset(["open", "shut"])
  bucket   = "example-\${each.key}"
  acl      = "public-read"
}
resource "aws_s3_bucket_public_access_block" "site" {
  for_each           = toset(["open", "shut"])
  bucket             = aws_s3_bucket.site[each.key].id
  ignore_public_acls = each.key == "shut"
}
`;
    const workspace = createWorkspace([new SourceText('main.tf', text)]);
    const set = new RuleSet(rules.filter(({ id }) => ACL.includes(id)));
    const found = workspace.resources
      .flatMap((resource) => evaluate(resource, set))
      .map(({ severity, instances }) => [severity, ...instances]);
    expect(found).toEqual([
      ['CRITICAL', 'aws_s3_bucket.site["open"]'],
      ['MEDIUM', 'aws_s3_bucket.site["shut"]'],
    ]);
  });
});

function bucketWithPolicy(block: string): string {
  return `Resources:
  Site:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration:
        ${block}
  SitePolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Site
      PolicyDocument:
        Statement:
          - Sid: Read
            Effect: Allow
            Principal: '*'
            Action: s3:GetObject
            Resource: !Sub \${Site.Arn}/*
`;
}

describe('a public ACL or policy in an account', () => {
  const inAccount = (settings: string, kind = 'acl = "public-read"'): string => `
variable "shut" {
  type = bool
}
resource "aws_s3_account_public_access_block" "this" {
  ${settings}
}
resource "aws_s3_bucket" "site" {
  bucket = "example-site"
  ${kind}
}
`;
  const policy = 'policy = jsonencode({ Statement = { Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*" } })';

  it.each([
    [
      'ignore_public_acls = true',
      'MEDIUM: acl is "public-read", which would let strangers in; only ignore_public_acls of the account makes S3 ignore it.',
    ],
    [
      'block_public_acls = true',
      'HIGH: acl is "public-read", which lets everyone on the internet read; block_public_acls of the account makes S3 refuse such an ACL, but one that is in place stays in force.',
    ],
    [
      'ignore_public_acls = var.shut',
      'CRITICAL: acl is "public-read", which lets everyone on the internet read; whether ignore_public_acls makes S3 ignore it is not known: var.shut has no value here.',
    ],
  ])('of which %s', (settings, expected) => {
    expect(said(inAccount(settings), ACL)).toEqual([expected]);
  });

  it('is no public policy where the account restricts it', () => {
    expect(said(inAccount('restrict_public_buckets = true', policy), POLICY)).toEqual([
      'MEDIUM: a statement of the bucket policy lets everyone in, and no condition narrows that; only restrict_public_buckets of the account limits it to the owning account and AWS services; it must name who is let in.',
    ]);
  });

  it('makes an access block of the bucket needless, or leaves open whether one is missing', () => {
    const RULE = ['aws-s3-ignore-public-acls'];
    expect(said(inAccount('ignore_public_acls = true', ''), RULE)).toEqual([]);
    expect(said(inAccount('ignore_public_acls = var.shut', ''), RULE)).toEqual([
      'HIGH: ignore_public_acls is not known: var.shut has no value here; it must be true.',
      'HIGH: no public access block is declared, so nothing holds ignore_public_acls on, and buckets made before April 2023 start with it off; it must be true. Whether the account holds it is not known: var.shut has no value here.',
    ]);
  });
});

describe('a public ACL of a bucket whose ACLs are turned off', () => {
  it('is overridden by that', () => {
    const text = `Resources:
  Site:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: PublicRead
      OwnershipControls:
        Rules:
          - ObjectOwnership: BucketOwnerEnforced
`;
    expect(said(text, ACL)).toEqual([
      'MEDIUM: AccessControl is "PublicRead", which would let strangers in; only ObjectOwnership = BucketOwnerEnforced makes S3 ignore it.',
    ]);
  });
});

describe('a public policy', () => {
  it.each([
    [
      'IgnorePublicAcls: true',
      'CRITICAL: statement "Read" of the bucket policy lets everyone in, and no condition narrows that; it must name who is let in.',
    ],
    [
      'RestrictPublicBuckets: true',
      'MEDIUM: statement "Read" of the bucket policy lets everyone in, and no condition narrows that; only RestrictPublicBuckets limits it to the owning account and AWS services; it must name who is let in.',
    ],
    [
      'BlockPublicPolicy: true',
      'HIGH: statement "Read" of the bucket policy lets everyone in, and no condition narrows that; BlockPublicPolicy makes S3 refuse such a policy, but one that is in place stays in force; it must name who is let in.',
    ],
  ])('with an access block of %j', (block, expected) => {
    expect(said(bucketWithPolicy(block), POLICY)).toEqual([expected]);
  });
});

describe('a setting in a resource of its own', () => {
  const VERSIONING = ['aws-s3-versioning'];

  it('is judged once, with its bucket', () => {
    const text = `
resource "aws_s3_bucket" "ledger" {}
resource "aws_s3_bucket_versioning" "ledger" {
  bucket = aws_s3_bucket.ledger.id
  versioning_configuration {
    status = "Suspended"
  }
}
`;
    expect(said(text, VERSIONING)).toEqual(['MEDIUM: versioning_configuration.status is "Suspended"; it must be "Enabled".']);
  });

  it('counts for the instance of the bucket that it names', () => {
    const text = `
resource "aws_s3_bucket" "ledger" {
  for_each = toset(["north", "south"])
}
resource "aws_s3_bucket_versioning" "north" {
  bucket = aws_s3_bucket.ledger["north"].id
  versioning_configuration {
    status = "Enabled"
  }
}
`;
    const workspace = createWorkspace([new SourceText('main.tf', text)]);
    const set = new RuleSet(rules.filter(({ id }) => VERSIONING.includes(id)));
    expect(workspace.resources.flatMap((resource) => evaluate(resource, set)).map(({ instances }) => instances)).toEqual([
      ['aws_s3_bucket.ledger["south"]'],
    ]);
  });

  it('is not missing but undecided where a companion may be for this bucket', () => {
    const text = `
variable "name" {
  type = string
}
resource "aws_s3_bucket" "ledger" {}
resource "aws_s3_bucket_versioning" "any" {
  bucket = var.name
  versioning_configuration {
    status = "Enabled"
  }
}
`;
    expect(said(text, VERSIONING)).toEqual([
      'MEDIUM: versioning is not known: aws_s3_bucket_versioning.any may be for this bucket or for another, as its bucket is not known: var.name has no value here.',
    ]);
  });

  it('is missing where its count is 0', () => {
    const text = `
resource "aws_s3_bucket" "ledger" {}
resource "aws_s3_bucket_versioning" "ledger" {
  count  = 0
  bucket = aws_s3_bucket.ledger.id
  versioning_configuration {
    status = "Enabled"
  }
}
`;
    expect(said(text, VERSIONING)).toEqual([
      'MEDIUM: versioning is not declared, so S3 keeps only the last version of each object; it must be enabled.',
    ]);
  });
});
