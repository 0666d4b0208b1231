import { at } from '../../../domain/value.ts';
import { OBJECT_LOCK } from './bucket.ts';
import { presenceRule, someIs } from './presence.ts';

/**
 * Severity: LOW, as most data need no retention that nobody can shorten, which makes it a rule of the house (S3.15 of
 * Security Hub, in the standards of NIST and PCI DSS, is Medium). How long objects are kept is not judged. A resource of its
 * own turns the lock on, unless it says otherwise. No fix: in a bucket the lock can be turned on but never off again.
 */
export const rule = presenceRule({
  id: 'aws-s3-object-lock',
  title: 'S3 bucket must lock its objects',
  severity: 'LOW',
  topics: ['s3-object-lock'],
  aspect: OBJECT_LOCK,
  holds({ form, value }) {
    switch (form) {
      case 'own': {
        const enabled = at(value, 'object_lock_enabled');
        return enabled.state === 'absent' || someIs([enabled], 'Enabled');
      }
      case 'object_lock_configuration':
        return someIs([at(value, 'object_lock_enabled')], 'Enabled');
      case 'ObjectLockConfiguration':
        return someIs([at(value, 'ObjectLockEnabled')], 'Enabled');
      default:
        return someIs([value], 'true');
    }
  },
  name: 'Object Lock',
  missing: 'Object Lock is not declared, so versions of objects can be deleted at any time; it must be enabled.',
  idle: 'Object Lock is declared, but not enabled; it must be.',
  why: 'Whoever takes over an account with the right to delete can destroy every version of every object, backups and audit logs included.',
  remedy: [
    'Choose how long versions must be kept, and whether some people may shorten that (GOVERNANCE) or nobody (COMPLIANCE).',
    'Enable versioning, set object_lock_enabled = true on the bucket, and declare aws_s3_bucket_object_lock_configuration with a default_retention; in CloudFormation ObjectLockEnabled and ObjectLockConfiguration.',
    'Where nothing must outlast an administrator, record an exception.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-15',
  ],
  controls: { securityHub: ['S3.15'], nist: ['CP-6(2)'], pci: ['10.5.1'] },
  equivalents: { checkov: ['CKV_AWS_143'], guard: ['S3_BUCKET_DEFAULT_LOCK_ENABLED'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'not declared',
          source: `resource "aws_s3_bucket" "backups" {
  bucket = "example-backups"
}
`,
          at: 'resource "aws_s3_bucket" "backups"',
        },
        {
          name: 'turned off',
          source: `resource "aws_s3_bucket" "backups" {
  bucket              = "example-backups"
  object_lock_enabled = false
}
`,
          at: 'false',
        },
        {
          name: 'a boolean where a word belongs',
          source: `resource "aws_s3_bucket" "backups" {
  bucket = "example-backups"

  object_lock_configuration {
    object_lock_enabled = true
  }
}
`,
          at: 'object_lock_configuration',
        },
        {
          name: 'another word',
          source: `resource "aws_s3_bucket_object_lock_configuration" "backups" {
  bucket              = "example-backups"
  object_lock_enabled = "Disabled"
}
`,
          at: 'resource "aws_s3_bucket_object_lock_configuration" "backups"',
        },
      ],
      good: [
        {
          name: 'enabled by a resource of its own',
          source: `resource "aws_s3_bucket" "backups" {
  bucket = "example-backups"
}

resource "aws_s3_bucket_object_lock_configuration" "backups" {
  bucket = aws_s3_bucket.backups.id

  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = 30
    }
  }
}
`,
        },
        {
          name: 'enabled in the bucket itself, in either form',
          source: `resource "aws_s3_bucket" "backups" {
  bucket              = "example-backups"
  object_lock_enabled = true
}

resource "aws_s3_bucket" "audit" {
  bucket = "example-audit"

  object_lock_configuration {
    object_lock_enabled = "Enabled"
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'turned on by a variable without a value',
          source: `variable "lock" {
  type = bool
}

resource "aws_s3_bucket" "backups" {
  bucket              = "example-backups"
  object_lock_enabled = var.lock
}
`,
          at: 'var.lock',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'not declared',
          source: `Resources:
  Backups:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-backups
`,
          at: 'Backups',
        },
        {
          name: 'turned off',
          source: `Resources:
  Backups:
    Type: AWS::S3::Bucket
    Properties:
      ObjectLockEnabled: false
`,
          at: 'false',
        },
      ],
      good: [
        {
          name: 'enabled, in either form',
          source: `Resources:
  Backups:
    Type: AWS::S3::Bucket
    Properties:
      ObjectLockEnabled: true
  Audit:
    Type: AWS::S3::Bucket
    Properties:
      ObjectLockConfiguration:
        ObjectLockEnabled: Enabled
`,
        },
      ],
      undecided: [
        {
          name: 'turned on by a parameter without a default',
          source: `Parameters:
  Lock:
    Type: String
Resources:
  Backups:
    Type: AWS::S3::Bucket
    Properties:
      ObjectLockEnabled: !Ref Lock
`,
          at: '!Ref Lock',
        },
      ],
    },
  },
});
