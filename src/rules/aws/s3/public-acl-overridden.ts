import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { seen } from '../../../domain/wording.ts';
import { override } from './access-block.ts';
import { closing, CONCERN, entriesOf } from './acl.ts';
import type { Part } from './bucket.ts';
import { ACL, targets } from './bucket.ts';

/**
 * Severity: MEDIUM, one below what other checkers give, as nobody is let in now: one setting keeps S3 from following
 * the ACL. Where nothing does, the rules about public ACLs say so.
 */
export const rule = defineRule({
  id: 'aws-s3-public-acl-overridden',
  title: 'S3 bucket must have no public ACL that only another setting overrides',
  severity: 'MEDIUM',
  targets: targets(ACL),
  topics: ['s3-public-acl-overridden', 's3-acl-public'],
  concern: CONCERN,
  why: 'The bucket is public the moment that somebody changes one setting; and which of the two was meant, a reader of the code cannot tell.',
  remedy: [
    'Find out whether the bucket was meant to be public; if so, serve it through CloudFront.',
    'Set the ACL to private, or take the grant to everyone away.',
  ],
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html'],
  controls: { nist: ['AC-3'] },
  equivalents: {},
  ...closing(check),
  examples: {
    terraform: {
      bad: [
        {
          name: 'ignored by the access block of the bucket',
          source: `resource "aws_s3_bucket" "photos" {
  bucket = "example-photos"
}

resource "aws_s3_bucket_acl" "photos" {
  bucket = aws_s3_bucket.photos.id
  acl    = "public-read"
}

resource "aws_s3_bucket_public_access_block" "photos" {
  bucket             = aws_s3_bucket.photos.id
  ignore_public_acls = true
}
`,
          at: '"public-read"',
          fixed: `resource "aws_s3_bucket" "photos" {
  bucket = "example-photos"
}

resource "aws_s3_bucket_acl" "photos" {
  bucket = aws_s3_bucket.photos.id
  acl    = "private"
}

resource "aws_s3_bucket_public_access_block" "photos" {
  bucket             = aws_s3_bucket.photos.id
  ignore_public_acls = true
}
`,
        },
        {
          name: 'ignored in the whole account',
          source: `resource "aws_s3_account_public_access_block" "this" {
  ignore_public_acls = true
}

resource "aws_s3_bucket" "photos" {
  bucket = "example-photos"
  acl    = "authenticated-read"
}
`,
          at: '"authenticated-read"',
          fixed: `resource "aws_s3_account_public_access_block" "this" {
  ignore_public_acls = true
}

resource "aws_s3_bucket" "photos" {
  bucket = "example-photos"
  acl    = "private"
}
`,
        },
        {
          name: 'a grant in a bucket whose ACLs are turned off, for which a person must choose',
          source: `resource "aws_s3_bucket" "photos" {
  bucket = "example-photos"

  grant {
    type        = "Group"
    permissions = ["WRITE"]
    uri         = "http://acs.amazonaws.com/groups/global/AllUsers"
  }
}

resource "aws_s3_bucket_ownership_controls" "photos" {
  bucket = aws_s3_bucket.photos.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}
`,
          at: '"WRITE"',
        },
      ],
      good: [
        {
          name: 'private, or public with nothing in the way',
          source: `resource "aws_s3_bucket" "photos" {
  bucket = "example-photos"
  acl    = "private"
}

resource "aws_s3_bucket_public_access_block" "photos" {
  bucket             = aws_s3_bucket.photos.id
  ignore_public_acls = true
}

resource "aws_s3_bucket" "posters" {
  bucket = "example-posters"
  acl    = "public-read"
}
`,
        },
      ],
      undecided: [
        {
          name: 'list chosen by a variable without a value',
          source: `variable "acl" {
  type = string
}

resource "aws_s3_bucket" "photos" {
  bucket = "example-photos"
  acl    = var.acl
}

resource "aws_s3_bucket_public_access_block" "photos" {
  bucket             = aws_s3_bucket.photos.id
  ignore_public_acls = true
}
`,
          at: 'var.acl',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'ignored by the access block of the bucket',
          source: `Resources:
  Photos:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: PublicReadWrite
      PublicAccessBlockConfiguration:
        IgnorePublicAcls: true
`,
          at: 'PublicReadWrite',
          fixed: `Resources:
  Photos:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: Private
      PublicAccessBlockConfiguration:
        IgnorePublicAcls: true
`,
        },
      ],
      good: [
        {
          name: 'private',
          source: `Resources:
  Photos:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: Private
      PublicAccessBlockConfiguration:
        IgnorePublicAcls: true
`,
        },
      ],
      undecided: [
        {
          name: 'list chosen by a parameter without a default',
          source: `Parameters:
  Visibility:
    Type: String
Resources:
  Photos:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: !Ref Visibility
      PublicAccessBlockConfiguration:
        IgnorePublicAcls: true
`,
          at: '!Ref Visibility',
        },
      ],
    },
  },
});

function* check(part: Part, instance: Instance): Iterable<Violation> {
  const entries = entriesOf(part).filter(({ value, grants }) => value.state === 'unknown' || grants.length > 0);
  const overriding = entries.length === 0 ? null : override(instance, 'acl');
  if (overriding === null) return;
  const { name: setting, does } = overriding;
  for (const { name, value } of entries) {
    if (value.state === 'unknown') {
      const message = `${name} is not known: ${value.reason}; it must let no stranger in, even if ${setting} ${does}.`;
      yield { outcome: 'undecided', message, span: value.span };
    } else
      yield {
        outcome: 'fail',
        message: `${name} is ${seen(value)}, which would let strangers in; only ${setting} ${does}.`,
        span: value.span,
      };
  }
}
